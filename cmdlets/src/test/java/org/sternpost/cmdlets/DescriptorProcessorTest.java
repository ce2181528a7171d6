package org.sternpost.cmdlets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.ParameterizedType;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sternpost.buildtools.descriptor.DescriptorProcessor;
import org.sternpost.cmdlets.Descriptor.HelpExample;
import org.sternpost.cmdlets.Descriptor.Parameter;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.Param.Clearable;
import org.sternpost.cmdlets.Param.SetEdit;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.view.ConnectorView;

/// What the compiler makes of annotations that are right, and says of those that are wrong.
class DescriptorProcessorTest {

    private static final String IMPORTS = """
        package example;
        import java.util.List;
        import java.util.stream.Stream;
        import org.jspecify.annotations.Nullable;
        import org.sternpost.cmdlets.*;
        import org.sternpost.cmdlets.Param.*;
        import org.sternpost.engine.control.*;
        import org.sternpost.engine.control.view.ConnectorView;
        """;
    private static final String EXAMPLE = """
        @Example(shows = "A \\"thing\\"", run = "Get-Thing 'a\\\\b'", prints = "…\\n\\tthing\\n")
        """;
    private static final String STAGE = """
         implements Cmdlet.Stage {
            public RecordProcessor open(StageContext shell) { throw new UnsupportedOperationException(); }
        }
        """;
    /// A right one; what the rows below have wrong is put in its place.
    private static final String RIGHT = IMPORTS + """
        @Name(verb = Name.Verb.Get, noun = "Thing", summary = "Shows things.", aliases = {"gt", "?t"})
        """ + EXAMPLE + """
        public record GetThing(
                @Param(value = "What it is called.", position = 0, pipeline = true, names = "queues") String name,
                @Param(value = "How many.", defaultValue = "5", oneOf = "amount") Integer count,
                @Param(value = "Where.", clearable = true) @Nullable String place,
                @Param("With all.") boolean all,
                @Param("By which verbs.") @Nullable List<Name.Verb> verbs) implements Cmdlet.Query<ConnectorView> {
            public GetThing {
                if (count < 0) throw new IllegalArgumentException("none is the least");
            }
            public Stream<ConnectorView> run(Management engine) { return Stream.of(); }
        }
        """;
    private static final String GROUPS = """
        record Settings(
                @Param(value = "Changed.", whenNew = "Given.", defaultValue = "1") @Nullable SetEdit<Integer> numbers,
                @Param.Group More more) {
            record More(@Param(value = "Note.", clearable = true) @Nullable Clearable<String> note) {}
        }
        """;

    @TempDir
    Path home;

    /// @param errors of the compiler, as `line: text`, those of our processor and of javac alike
    private record Compiled(List<String> errors, ClassLoader classes) {

        Descriptor facts(String cmdlet) throws ReflectiveOperationException {
            return (Descriptor) classes.loadClass("example." + cmdlet + "Descriptor").getField("FACTS").get(null);
        }
    }

    @Test
    void whatIsAnnotatedIsInTheDescriptor() throws Exception {
        Descriptor facts = compiled("GetThing", RIGHT).facts("GetThing");
        assertEquals(List.of(Verb.Get, "Thing", "Get-Thing", "Shows things.", Impact.Low, List.of("gt", "?t")),
                List.of(facts.verb(), facts.noun(), facts.name(), facts.summary(), facts.impact(), facts.aliases()));
        assertEquals(List.of(new HelpExample("A \"thing\"", "Get-Thing 'a\\b'", "…\n\tthing\n")), facts.examples());
        assertEquals(ConnectorView.class, facts.view().orElseThrow());
        assertEquals(List.of(
                new Parameter("Name", String.class, 0, "What it is called.", 0, true, true, "", "queues", false, ""),
                new Parameter("Count", Integer.class, 1, "How many.", -1, false, false, "5", "", false, "amount"),
                new Parameter("Place", String.class, 2, "Where.", -1, false, false, "", "", true, ""),
                new Parameter("All", boolean.class, 3, "With all.", -1, false, false, "", "", false, "")),
                facts.parameters().subList(0, 4));
        var list = assertInstanceOf(ParameterizedType.class, facts.parameters().getLast().type());
        assertEquals(List.of(List.class, Verb.class), List.of(list.getRawType(), list.getActualTypeArguments()[0]));
    }

    @Test
    void aCmdletIsMadeOfValuesOrRefusesThemInItsWords() throws Exception {
        Descriptor facts = compiled("GetThing", RIGHT).facts("GetThing");
        Cmdlet made = facts.create(new @Nullable Object[]{"a", 3, null, true, List.of(Verb.Get)});
        assertEquals("GetThing[name=a, count=3, place=null, all=true, verbs=[Get]]", made.toString());
        var refused = assertThrows(IllegalArgumentException.class,
                () -> facts.create(new @Nullable Object[]{"a", -1, null, true, null}));
        assertEquals("none is the least", refused.getMessage());
    }

    @Test
    void aGroupServesWhatMakesAndWhatChanges() throws Exception {
        String source = IMPORTS + """
            @Name(verb = Name.Verb.VERB, noun = "Thing", summary = "Does.", impact = Name.Impact.High)
            @Example(shows = "It", run = "VERB-Thing", prints = "")
            public record VERBThing(@Param("Name.") String name, @Param.Group Settings settings)
            """ + STAGE;
        Compiled both = compiled("NewThing", source.replace("VERB", "New"), "SetThing", source.replace("VERB", "Set"),
                "Settings", IMPORTS + GROUPS);
        Descriptor makes = both.facts("NewThing");
        Descriptor changes = both.facts("SetThing");
        assertEquals(List.of("Name", "Numbers", "Note"), makes.parameters().stream().map(Parameter::name).toList());
        assertEquals(List.of("Given.", "1", false), facts(makes.parameters().get(1)));
        assertEquals(List.of("Changed.", "", false), facts(changes.parameters().get(1)));
        assertEquals(List.of("Note.", "", true), facts(changes.parameters().get(2)));
        assertEquals(String.class, makes.parameters().get(2).type());
        assertEquals(List.class, ((ParameterizedType) makes.parameters().get(1).type()).getRawType());
        assertEquals(SetEdit.class, ((ParameterizedType) changes.parameters().get(1).type()).getRawType());
        assertEquals(made("New", SetEdit.replacing(List.of(7)), new Clearable.Value<>("x")),
                makes.create(new @Nullable Object[]{"a", List.of(7), "x"}).toString());
        assertEquals(made("Set", null, new Clearable.Cleared<>()),
                changes.create(new @Nullable Object[]{"a", null, new Clearable.Cleared<>()}).toString());
    }

    private static List<Object> facts(Parameter parameter) {
        return List.of(parameter.doc(), parameter.defaultValue(), parameter.clearable());
    }

    private static String made(String verb, @Nullable Object numbers, Object note) {
        return verb + "Thing[name=a, settings=Settings[numbers=" + numbers + ", more=More[note=" + note + "]]]";
    }

    /// @param instead of what stands in the right source; the compiler points at its first line
    record Wrong(String right, String instead, String said) {}

    static Stream<Wrong> wrong() {
        return Stream.of(
                new Wrong("Name.Verb.Get", "Name.Verb.Set", "the record of Set-Thing is called SetThing"),
                new Wrong("@Param(value = \"How many.\", defaultValue = \"5\", oneOf = \"amount\") Integer count",
                        "Integer count", "give it a @Param"),
                new Wrong("Integer count", "@Param.Group Integer count", "or @Param.Group if"),
                new Wrong("@Param(\"With all.\") boolean", "@Param.Group boolean", "a @Param.Group is a record"),
                new Wrong("@Nullable List<Name.Verb>", "@Nullable StringBuilder",
                        "nobody can type a java.lang.StringB"),
                new Wrong("@Nullable List<Name.Verb>", "@Nullable List<Object>", "type a java.util.List<java.lang.Obj"),
                new Wrong("@Nullable List<Name.Verb>", "int", "nobody can type a int"),
                new Wrong("\"With all.\"", "value = \"With all.\", defaultValue = \"$true\"",
                        "a switch that is not given is false"),
                new Wrong("\"With all.\"", "value = \"With all.\", position = 1", "is given by its name"),
                new Wrong("\"How many.\"", "\"How many.\", position = 0", "have one position"),
                new Wrong("\"How many.\", ", "\"How many.\", position = 1, ", ""),
                new Wrong(
                        "\"Where.\", clearable = true) @Nullable String place,\n        @Param(\"With all.\") boolean",
                        "\"Where.\", position = 2) @Nullable String place, @Param(value = \"W.\", position = 3) String",
                        "takes 3 values without a name"),
                new Wrong("\"How many.\"", "\"How many\"", "is a sentence and ends with a full stop"),
                new Wrong("\"Shows things.\"", "\"\"", "summary of Get-Thing is a sentence"),
                new Wrong("noun = \"Thing\"", "noun = \"a thing\"", "one word in Pascal case, not 'a thing'"),
                new Wrong("Get-Thing 'a", "Get-Things 'a", ""), // a longer name begins so
                new Wrong("Get-Thing 'a", "gt 'a", "an @Example of Get-Thing runs it, not 'gt"),
                new Wrong(EXAMPLE, "", "needs an @Example"),
                new Wrong("{\"gt\", \"?t\"}", "{\"gt\", \"GET-THING\"}", "'GET-THING' is already what"),
                new Wrong(RIGHT,
                        IMPORTS + "@Name(verb = Name.Verb.Get, noun = \"Thing\", summary = \"S.\") class GetThing {}",
                        "a cmdlet is a record"),
                new Wrong("Cmdlet.Query<ConnectorView>", "Runnable", "let it implement Cmdlet.Query"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsWrongIsAnErrorWithItsPlaceAndWhatToDo(Wrong wrong) throws Exception {
        assertTrue(RIGHT.contains(wrong.right()), wrong.right());
        List<String> errors = compiled("GetThing", RIGHT.replace(wrong.right(), wrong.instead())).errors();
        if (wrong.said().isEmpty()) {
            assertEquals(List.of(), errors);
            return;
        }
        List<String> ours = errors.stream().filter(each -> each.contains(wrong.said())).toList();
        assertEquals(1, ours.size(), errors::toString);
        // The place is the component, or the record's name where the mistake is not one component's.
        long line = Long.parseLong(ours.getFirst().substring(0, ours.getFirst().indexOf(':')));
        String at = RIGHT.replace(wrong.right(), wrong.instead()).lines().toList().get((int) line - 1);
        assertTrue(at.contains(wrong.instead()) || at.matches(".*(record|class) GetThing.*"), at);
    }

    @Test
    void twoThatAreCalledTheSameAreRefused() throws Exception {
        String other = RIGHT.replace("Thing", "Other").replace("\"gt\", ", "");
        assertEquals(1, compiled("GetThing", RIGHT, "GetOther", other).errors().size());
        assertEquals(List.of(),
                compiled("GetThing", RIGHT, "GetOther", other.replace("?t", "?o")).errors());
    }

    @Test
    void aCmdletWithinAnotherTypeIsRefused() throws Exception {
        var errors = compiled("Outer", RIGHT.replace("@Name", "public class Outer { @Name").replace("public record",
                "public record") + "}").errors();
        assertTrue(errors.size() == 1 && errors.getFirst().contains("take it out of example.Outer"), errors::toString);
    }

    /// What javac itself refuses it says alone: no error of ours in its way, and none of generated code.
    @ParameterizedTest
    @MethodSource("broken")
    void aBrokenSourceIsJavacsToRefuse(Wrong broken) throws Exception {
        assertTrue(RIGHT.contains(broken.right()), broken.right());
        List<String> errors = compiled("GetThing", RIGHT.replace(broken.right(), broken.instead())).errors();
        assertTrue(errors.stream().anyMatch(each -> each.contains(broken.said())), errors::toString);
        assertTrue(errors.stream().noneMatch(each -> each.contains("GetThingDescriptor")), errors::toString);
    }

    static Stream<Wrong> broken() {
        return Stream.of(new Wrong("Name.Verb.Get", "Name.Verb.Gte", "enum constant"),
                new Wrong("noun = \"Thing\", ", "", "noun"), new Wrong("noun = \"Thing\"", "noun = 5", "incompatible"),
                new Wrong("position = 0", "position = \"x\"", "incompatible"),
                new Wrong("Integer count", "Intger count", "cannot find symbol"),
                new Wrong("@Nullable List<Name.Verb>", "@Nullable List<Gone>", "cannot find symbol"),
                new Wrong("{\"gt\", \"?t\"}", "{\"gt\", 7}", "incompatible"),
                new Wrong("ConnectorView> {", "GoneView> {", "cannot find symbol"),
                new Wrong("public record GetThing(", "public record GetThing", "expected"));
    }

    @Test
    void theIndexFindsAllByNameAliasAndType() throws Exception {
        Compiled all = compiled("GetThing", RIGHT, "GetOther", RIGHT.replace("Thing", "Other").replace("\"gt\", ", "")
                .replace("?t", "?o"), "All", IMPORTS + "@Catalogue.Indexed public class All {}");
        assertEquals(List.of(), all.errors());
        var index = all.classes().loadClass("example.AllIndex");
        var list = index.getDeclaredMethod("all");
        list.setAccessible(true);
        assertEquals(List.of(all.facts("GetOther"), all.facts("GetThing")), list.invoke(null));
        for (String name : List.of("get-thing", "gt", "?t"))
            assertEquals(all.facts("GetThing"), found(index, "find", name));
        assertEquals(all.facts("GetOther"), found(index, "ofType", "example.GetOther"));
        for (String name : List.of("", "get-", "Get-Thing", "getthing", "example.GetThing"))
            assertEquals(null, found(index, "find", name), name);
    }

    private static @Nullable Object found(Class<?> index, String how, String name) throws Exception {
        var method = index.getDeclaredMethod(how, String.class);
        method.setAccessible(true);
        return method.invoke(null, name);
    }

    /// @param sources a type's name, then its text, and so on
    private Compiled compiled(String... sources) throws IOException {
        var files = new ArrayList<JavaFileObject>();
        for (int i = 0; i < sources.length; i += 2) {
            String text = sources[i + 1];
            files.add(new SimpleJavaFileObject(URI.create("string:///example/" + sources[i] + ".java"),
                    JavaFileObject.Kind.SOURCE) {
                @Override
                public CharSequence getCharContent(boolean ignoreEncodingErrors) { return text; }
            });
        }
        Path classes = Files.createTempDirectory(home, "classes");
        var found = new DiagnosticCollector<JavaFileObject>();
        var task = ToolProvider.getSystemJavaCompiler().getTask(new StringWriter(), null, found,
                List.of("-d", classes.toString(), "-classpath", classPath(), "-Xlint:all,-processing"), null, files);
        task.setProcessors(List.of(new DescriptorProcessor()));
        task.call();
        var errors = found.getDiagnostics().stream().filter(each -> each.getKind() != Diagnostic.Kind.NOTE)
                .map(each -> each.getLineNumber() + ": " + each.getMessage(Locale.ROOT)
                        + (each.getSource() == null ? "" : " in " + each.getSource().getName()))
                .toList();
        return new Compiled(errors, new URLClassLoader(new URL[]{classes.toUri().toURL()},
                DescriptorProcessorTest.class.getClassLoader()));
    }

    private static String classPath() {
        return Stream.of(Cmdlet.class, Management.class, Nullable.class)
                .map(each -> Path.of(each.getProtectionDomain().getCodeSource().getLocation().getPath()).toString())
                .collect(Collectors.joining(System.getProperty("path.separator")));
    }
}
