package org.sternpost.engine.rollout;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// When a rollout may take a step forward: `Mon-Fri 08:00-16:00`, at one place.
///
/// @param days on which it opens; one that ends before it begins, or as it begins, goes on into the next day
/// @param zone `Europe/Berlin`; Java gives up names as the world does, so one that was kept may be known no more
/// @param text as it was given
public record StepWindow(Set<DayOfWeek> days, LocalTime from, LocalTime to, String zone, String text) {

    private static final Pattern FORM = Pattern
            .compile("(?:([A-Za-z]{3}(?:[-,][A-Za-z]{3}){0,13})\\s+)?(\\d\\d:\\d\\d)-(\\d\\d:\\d\\d)");
    private static final int DAYS_AHEAD = 15; // one that the change of clocks takes away comes again in a week

    public StepWindow {
        days = Set.copyOf(days);
        if (days.isEmpty()) throw new IllegalArgumentException("a window has a day");
    }

    /// One that is given now.
    ///
    /// @param zone `Europe/Berlin`
    public static StepWindow of(String text, String zone) {
        var window = kept(text, zone);
        if (!window.isZoneKnown())
            throw new IllegalArgumentException("'" + zone + "' is no time zone, as Europe/Berlin or UTC are");
        return window;
    }

    /// One that was given before, maybe to another Java.
    static StepWindow kept(String text, String zone) {
        var form = FORM.matcher(text.strip());
        if (!form.matches()) throw unreadable(text);
        try {
            Set<DayOfWeek> days = form.group(1) == null ? EnumSet.allOf(DayOfWeek.class) : days(form.group(1), text);
            boolean toMidnight = form.group(3).equals("24:00");
            LocalTime from = LocalTime.parse(form.group(2));
            LocalTime to = toMidnight ? LocalTime.MIDNIGHT : LocalTime.parse(form.group(3));
            if (from.equals(to) && !toMidnight)
                throw new IllegalArgumentException("'" + text + "' ends at the time at which it begins; 00:00-24:00 is "
                        + "all day");
            return new StepWindow(days, from, to, zone, text.strip());
        } catch (DateTimeException broken) {
            throw unreadable(text);
        }
    }

    private static IllegalArgumentException unreadable(String text) {
        return new IllegalArgumentException("'" + text + "' is no window, as Mon-Fri 08:00-16:00 or 22:00-06:00 are");
    }

    private static Set<DayOfWeek> days(String list, String text) {
        var days = EnumSet.noneOf(DayOfWeek.class);
        for (String part : list.split(",")) {
            List<DayOfWeek> ends = new ArrayList<>();
            for (String name : part.split("-"))
                ends.add(day(name, text));
            if (ends.size() > 2) throw unreadable(text);
            for (DayOfWeek day = ends.getFirst();; day = day.plus(1)) {
                days.add(day);
                if (day == ends.getLast()) break;
            }
        }
        return days;
    }

    private static DayOfWeek day(String name, String text) {
        for (DayOfWeek day : DayOfWeek.values())
            if (day.getDisplayName(TextStyle.SHORT, Locale.ENGLISH).equalsIgnoreCase(name)) return day;
        throw unreadable(text);
    }

    /// False for a name of which nobody can say when it opens.
    boolean isZoneKnown() {
        try {
            ZoneId.of(zone);
            return true;
        } catch (DateTimeException unknown) {
            return false;
        }
    }

    /// The moment itself if it lies in the window, else when that opens next.
    ///
    /// @throws DateTimeException when its zone is not known
    Instant next(Instant at) {
        ZoneId place = ZoneId.of(zone);
        LocalDate today = at.atZone(place).toLocalDate();
        for (int ahead = -1; ahead < DAYS_AHEAD; ahead++) {
            LocalDate day = today.plusDays(ahead);
            if (!days.contains(day.getDayOfWeek())) continue;
            Instant opens = moment(day.atTime(from), place);
            Instant closes = moment((to.isAfter(from) ? day : day.plusDays(1)).atTime(to), place);
            if (at.isBefore(closes) && opens.isBefore(closes)) return at.isBefore(opens) ? opens : at;
        }
        throw new IllegalStateException(this + " never opens after " + at);
    }

    /// A time that clocks skip is the moment they skip it at; of one that they show twice, the first.
    private static Instant moment(LocalDateTime local, ZoneId place) {
        ZoneOffsetTransition change = place.getRules().getTransition(local);
        return change != null && change.isGap() ? change.getInstant() : local.atZone(place).toInstant();
    }

    @Override
    public String toString() { return text + " " + zone; }
}
