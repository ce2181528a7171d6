package org.sternpost.cmdlets.catalogue;

import org.sternpost.cmdlets.Catalogue;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Descriptor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.transport.GetOutboundConnector;
import org.sternpost.cmdlets.transport.NewOutboundConnector;
import org.sternpost.cmdlets.transport.RemoveOutboundConnector;
import org.sternpost.cmdlets.transport.SetOutboundConnector;
import org.sternpost.cmdlets.transport.TestOutboundConnector;
import org.sternpost.cmdlets.report.BackupStore;
import org.sternpost.cmdlets.report.GetEngineStatus;
import org.sternpost.cmdlets.transport.GetTlsException;
import org.sternpost.cmdlets.transport.NewTlsException;
import org.sternpost.cmdlets.transport.RemoveTlsException;
import org.sternpost.cmdlets.pipeline.ConvertToCsv;
import org.sternpost.cmdlets.pipeline.ConvertToJson;
import org.sternpost.cmdlets.pipeline.ExportCsv;
import org.sternpost.cmdlets.pipeline.FormatList;
import org.sternpost.cmdlets.pipeline.FormatTable;
import org.sternpost.cmdlets.pipeline.FormatTree;
import org.sternpost.cmdlets.mail.SendMailMessage;
import org.sternpost.cmdlets.pipeline.ForEachObject;
import org.sternpost.cmdlets.pipeline.GroupObject;
import org.sternpost.cmdlets.pipeline.MeasureObject;
import org.sternpost.cmdlets.pipeline.SelectObject;
import org.sternpost.cmdlets.pipeline.SortObject;
import org.sternpost.cmdlets.pipeline.WhereObject;
import org.sternpost.cmdlets.transport.ClearStsPolicy;
import org.sternpost.cmdlets.transport.GetStsPolicy;
import org.sternpost.cmdlets.transport.UpdateStsPolicy;
import org.sternpost.cmdlets.mail.GetMessage;
import org.sternpost.cmdlets.mail.GetQueue;
import org.sternpost.cmdlets.mail.RemoveMessage;
import org.sternpost.cmdlets.mail.ResumeMessage;
import org.sternpost.cmdlets.mail.ResumeQueue;
import org.sternpost.cmdlets.mail.RetryQueue;
import org.sternpost.cmdlets.mail.SuspendQueue;
import org.sternpost.cmdlets.report.GetDeliveryReport;
import org.sternpost.cmdlets.rollout.GetTlsReadiness;
import org.sternpost.cmdlets.rollout.GetTlsRollout;
import org.sternpost.cmdlets.rollout.ResumeTlsRollout;
import org.sternpost.cmdlets.rollout.StartTlsRollout;
import org.sternpost.cmdlets.rollout.StopTlsRollout;
import org.sternpost.cmdlets.rollout.SuspendTlsRollout;
import org.sternpost.cmdlets.rollout.UndoTlsRollout;
import org.sternpost.cmdlets.transport.ResolveMailRoute;
import org.sternpost.cmdlets.transport.TestMtaSts;
import org.sternpost.cmdlets.transport.TestResolver;
import org.sternpost.cmdlets.transport.TestSmtpDane;
import org.sternpost.cmdlets.transport.TestTlsValidation;
import org.sternpost.cmdlets.report.GetDkimKey;
import org.sternpost.cmdlets.report.GetTlsRptReport;
import org.sternpost.cmdlets.report.NewDkimKey;
import org.sternpost.cmdlets.report.RemoveDkimKey;
import org.sternpost.cmdlets.report.SendTlsRptReport;
import org.sternpost.cmdlets.mail.GetMessageTrace;
import org.sternpost.cmdlets.mail.GetMessageTraceDetail;

/// The one list of all cmdlets.
public final class AllCmdlets implements Catalogue {

    private static final List<Class<? extends Cmdlet>> CONNECTORS = List.of(GetOutboundConnector.class,
            NewOutboundConnector.class, RemoveOutboundConnector.class, SetOutboundConnector.class,
            TestOutboundConnector.class);
    private static final List<Class<? extends Cmdlet>> EXCEPTIONS = List.of(GetTlsException.class,
            NewTlsException.class, RemoveTlsException.class);
    private static final List<Class<? extends Cmdlet>> POLICIES = List.of(ClearStsPolicy.class, GetStsPolicy.class,
            UpdateStsPolicy.class);
    private static final List<Class<? extends Cmdlet>> ROUTES_AND_PROOFS = List.of(ResolveMailRoute.class,
            TestMtaSts.class, TestResolver.class, TestSmtpDane.class, TestTlsValidation.class);
    private static final List<Class<? extends Cmdlet>> MAIL_AND_QUEUES = List.of(SendMailMessage.class,
            GetMessage.class, GetQueue.class, RemoveMessage.class, ResumeMessage.class, ResumeQueue.class,
            RetryQueue.class, SuspendQueue.class);
    private static final List<Class<? extends Cmdlet>> TRACES_AND_REPORTS = List.of(GetMessageTrace.class,
            GetMessageTraceDetail.class, GetDeliveryReport.class);
    private static final List<Class<? extends Cmdlet>> TLS_REPORTS = List.of(GetDkimKey.class, NewDkimKey.class,
            RemoveDkimKey.class, GetTlsRptReport.class, SendTlsRptReport.class);
    private static final List<Class<? extends Cmdlet>> ROLLOUTS = List.of(GetTlsReadiness.class, GetTlsRollout.class,
            StartTlsRollout.class, SuspendTlsRollout.class, ResumeTlsRollout.class,
            StopTlsRollout.class, UndoTlsRollout.class);
    private static final List<Class<? extends Cmdlet>> ENGINE = List.of(BackupStore.class, GetEngineStatus.class);
    private static final List<Class<? extends Cmdlet>> OBJECTS = List.of(ForEachObject.class, GroupObject.class,
            MeasureObject.class, SelectObject.class, SortObject.class, WhereObject.class);
    private static final List<Class<? extends Cmdlet>> OUTPUT_AND_HELP = List.of(ConvertToCsv.class,
            ConvertToJson.class, ExportCsv.class,
            FormatList.class, FormatTable.class, FormatTree.class, ClearHost.class, GetCommand.class, GetHelp.class);

    /// By the names of their classes, which are those of the cmdlets without the dash.
    private static final Map<String, Class<? extends Cmdlet>> TYPES = new HashMap<>();

    static {
        for (var group : List.of(CONNECTORS, EXCEPTIONS, POLICIES, ROUTES_AND_PROOFS, MAIL_AND_QUEUES,
                TRACES_AND_REPORTS, TLS_REPORTS, ROLLOUTS, ENGINE, OBJECTS, OUTPUT_AND_HELP))
            for (var type : group)
                TYPES.put(type.getName().substring(type.getName().lastIndexOf('.') + 1).toLowerCase(Locale.ROOT), type);
    }

    private final Map<Class<? extends Cmdlet>, Descriptor> read = new ConcurrentHashMap<>();
    private @Nullable Names names;

    /// All of them, once somebody asks for more than one by its name: reading a record's annotations takes time.
    private record Names(List<Descriptor> all, Map<String, Descriptor> byName) {}

    @Override
    public List<Descriptor> all() { return names().all(); }

    @Override
    public Optional<Descriptor> find(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        if (TYPES.get(wanted.replace("-", "")) instanceof Class<? extends Cmdlet> type) {
            Descriptor cmdlet = read(type);
            if (cmdlet.name().toLowerCase(Locale.ROOT).equals(wanted)) return Optional.of(cmdlet);
        }
        return Optional.ofNullable(names().byName().get(wanted));
    }

    private Descriptor read(Class<? extends Cmdlet> type) {
        Descriptor known = read.get(type);
        if (known != null) return known;
        Descriptor made = Descriptor.of(type);
        Descriptor first = read.putIfAbsent(type, made);
        return first == null ? made : first;
    }

    private synchronized Names names() {
        if (names instanceof Names known) return known;
        var all = new ArrayList<Descriptor>();
        TYPES.values().forEach(type -> all.add(read(type)));
        all.sort(Comparator.comparing(AllCmdlets::noun).thenComparing(Descriptor::name));
        var byName = new HashMap<String, Descriptor>();
        for (Descriptor cmdlet : all) {
            add(byName, cmdlet.name(), cmdlet);
            cmdlet.aliases().forEach(alias -> add(byName, alias, cmdlet));
        }
        var made = new Names(List.copyOf(all), byName);
        names = made;
        return made;
    }

    private static void add(Map<String, Descriptor> byName, String name, Descriptor cmdlet) {
        if (byName.put(name.toLowerCase(Locale.ROOT), cmdlet) != null)
            throw new IllegalStateException("two cmdlets are called " + name);
    }

    private static String noun(Descriptor cmdlet) { return cmdlet.name().substring(cmdlet.name().indexOf('-') + 1); }
}
