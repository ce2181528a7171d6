package org.sternpost.engine.control;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.Management.UserEdit;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.SubmissionUserView;
import org.sternpost.engine.credential.Authenticator;
import org.sternpost.engine.credential.ScramKeys;
import org.sternpost.engine.credential.SubmissionUser;
import org.sternpost.engine.credential.SubmissionUsers;
import org.sternpost.engine.time.Time;

/// Submission users as an operator sees, makes, changes and removes them. What a password was or became stands in no
/// plan and no audit, only that it changed.
public final class SubmissionUserPlans implements Management.SubmissionUserPort {

    private static final String KEPT = "(set)";
    private static final String FRESH = "(new)";

    private final SubmissionUsers users;
    private final Authenticator authenticator;
    private final Time time;

    public SubmissionUserPlans(SubmissionUsers users, Authenticator authenticator, Time time) {
        this.users = users;
        this.authenticator = authenticator;
        this.time = time;
    }

    @Override
    public List<SubmissionUserView> all(@Nullable String name) throws ManagementException {
        return name == null ? users.all().stream().map(this::view).toList() : List.of(view(known(name)));
    }

    @Override
    public Plan<SubmissionUserView> create(String name, ScramKeys keys, boolean enabled, String comment)
            throws ManagementException {
        var fault = SubmissionUser.fault(name);
        if (fault.isPresent())
            throw new ManagementException(Kind.Invalid, "the name '" + name + "' " + fault.get(),
                    SubmissionUser.NAME_REMEDY);
        refuseSecond(name, users.find(name));
        var changes = new ArrayList<Plan.Change>();
        changes.add(new Plan.Change("password", "", KEPT));
        if (!enabled) changes.add(new Plan.Change("enabled", "", "False"));
        if (!comment.isEmpty()) changes.add(new Plan.Change("comment", "", comment));
        return new Plan<>("New-SubmissionUser", target(name), changes, "", List.of(),
                by -> List.of(view(committed(now -> {
                    refuseSecond(name, now.find(name));
                    Instant at = time.instant();
                    var made = new SubmissionUser(name, keys, enabled, comment, by, at, at);
                    now.put(made);
                    Audit.entry(at, by, "New-SubmissionUser", target(name), changes).on(now.connection());
                    return made;
                }))));
    }

    @Override
    public Plan<SubmissionUserView> change(String name, UserEdit edit) throws ManagementException {
        SubmissionUser seen = known(name);
        return new Plan<>("Set-SubmissionUser", target(seen.name()), changes(seen, edit), "", warnings(seen, edit),
                by -> List.of(view(committed(now -> {
                    SubmissionUser before = now.find(name).orElseThrow(() -> unknown(name));
                    SubmissionUser after = edited(before, edit);
                    if (after.equals(before)) return before;
                    now.put(after);
                    Audit.entry(time.instant(), by, "Set-SubmissionUser", target(before.name()), changes(before, edit))
                            .on(now.connection());
                    return after;
                }))));
    }

    @Override
    public Plan<SubmissionUserView> remove(String name) throws ManagementException {
        SubmissionUser gone = known(name);
        var changes = List.of(new Plan.Change("password", KEPT, ""));
        return new Plan<>("Remove-SubmissionUser", target(gone.name()), changes, "",
                List.of("its open sessions hand in no further message; mail that it handed in goes on"), by -> {
                    committed(now -> {
                        SubmissionUser there = now.find(name).orElseThrow(() -> unknown(name));
                        now.remove(name);
                        Audit.entry(time.instant(), by, "Remove-SubmissionUser", target(there.name()), changes)
                                .on(now.connection());
                        return there;
                    });
                    return List.of();
                });
    }

    private SubmissionUser edited(SubmissionUser before, UserEdit edit) {
        SubmissionUser after = before;
        Instant now = time.instant();
        if (edit.keys() != null) after = after.withKeys(edit.keys(), now);
        if (edit.enabled() != null && edit.enabled() != before.enabled())
            after = after.withEnabled(edit.enabled(), now);
        if (edit.comment() != null && !edit.comment().equals(before.comment()))
            after = after.withComment(edit.comment(), now);
        return after;
    }

    private static List<Plan.Change> changes(SubmissionUser before, UserEdit edit) {
        var changes = new ArrayList<Plan.Change>();
        if (edit.keys() != null) changes.add(new Plan.Change("password", KEPT, FRESH));
        if (edit.enabled() != null && edit.enabled() != before.enabled())
            changes.add(new Plan.Change("enabled", word(before.enabled()), word(edit.enabled())));
        if (edit.comment() != null && !edit.comment().equals(before.comment()))
            changes.add(new Plan.Change("comment", before.comment(), edit.comment()));
        return changes;
    }

    private static List<String> warnings(SubmissionUser before, UserEdit edit) {
        boolean ends = edit.keys() != null || edit.enabled() != null && !edit.enabled() && before.enabled();
        return ends ? List.of("its open sessions hand in no further message") : List.of();
    }

    private static String word(boolean value) { return value ? "True" : "False"; }

    private SubmissionUser known(String name) throws ManagementException {
        return users.find(name).orElseThrow(() -> unknown(name));
    }

    private ManagementException unknown(String name) {
        return Refusal.notFound("submission user", name, users.all().stream().map(SubmissionUser::name).toList(),
                "New-SubmissionUser makes one");
    }

    private static void refuseSecond(String name, Optional<SubmissionUser> other) throws ManagementException {
        if (other.isPresent())
            throw new ManagementException(Kind.Exists,
                    "there is a submission user '" + other.get().name() + "' already",
                    "Set-SubmissionUser " + name + " -PasswordFile - gives it another password");
    }

    private SubmissionUser committed(SubmissionUsers.Change<SubmissionUser, ManagementException> change)
            throws ManagementException {
        try {
            return users.change(ManagementException.class, change);
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private static String target(String name) { return "SubmissionUser " + name; }

    private SubmissionUserView view(SubmissionUser user) {
        return new SubmissionUserView(user.name(), user.enabled(), authenticator.lastSeen(user.name()).orElse(null),
                user.comment(), user.whenCreated(), user.whenChanged(), user.createdBy());
    }
}
