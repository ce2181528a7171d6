package org.sternpost.shell.groovy;

import groovy.lang.Script;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sternpost.shell.bind.BindException;
import org.sternpost.shell.bind.Conversion;
import org.sternpost.shell.line.Span;
import org.sternpost.engine.mail.Nearest;
import org.sternpost.shell.run.ExitCode;
import org.sternpost.shell.run.StatementException;

/// Sets the `@ScriptParam` fields of a script from the words after its name.
final class ScriptParameters {

    private ScriptParameters() {}

    /// Those that the command line may set, in the order of the file.
    static List<Field> fields(Script script) {
        return Arrays.stream(script.getClass().getDeclaredFields())
                .filter(f -> f.isAnnotationPresent(ScriptParam.class) && !Modifier.isStatic(f.getModifiers())).toList();
    }

    static void set(Script script, List<String> words, Conversion conversion) throws StatementException {
        List<Field> fields = fields(script);
        var missing = new ArrayList<>(fields);
        var names = fields.stream().map(Field::getName).toList();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!word.startsWith("-"))
                throw refused("the script takes -Name value pairs, not '" + word + "'", usage(names));
            int colon = word.indexOf(':');
            String name = colon < 0 ? word.substring(1) : word.substring(1, colon);
            var found = fields.stream().filter(f -> f.getName().equalsIgnoreCase(name)).findFirst();
            if (found.isEmpty())
                throw refused("the script has no parameter -" + name,
                        Nearest.to(name, names).map(n -> "did you mean: -" + n).orElse(usage(names)));
            Field field = found.get();
            if (!missing.contains(field)) throw refused("-" + field.getName() + " is given twice", "");
            boolean alone = isSwitch(field) && colon < 0;
            if (!alone && colon < 0 && i + 1 >= words.size()) throw refused("-" + name + " needs a value", "");
            String value = alone ? "true" : colon < 0 ? words.get(++i) : word.substring(colon + 1);
            set(script, field, value, conversion);
            missing.remove(field);
        }
        for (Field field : missing)
            if (field.getAnnotation(ScriptParam.class).mandatory())
                throw refused("the script needs -" + field.getName(), field.getAnnotation(ScriptParam.class).help());
    }

    /// True of one that needs no value.
    static boolean isSwitch(Field field) { return List.of(boolean.class, Boolean.class).contains(field.getType()); }

    private static void set(Script script, Field field, String value, Conversion conversion) throws StatementException {
        try {
            field.setAccessible(true);
            Object typed = field.getType() == Object.class
                    ? value
                    : field.getType() == List.class
                            ? List.of(value.split(","))
                            : conversion.convert(value, field.getGenericType(), new Span(0, 0));
            field.set(script, typed);
        } catch (BindException bad) {
            throw refused("-" + field.getName() + ": " + bad.error().message(), bad.error().hint());
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String usage(List<String> names) {
        return (names.isEmpty() ? "it declares none" : "it has: -" + String.join(", -", names))
                + "; --help says more; options of sternpost go before -File";
    }

    private static StatementException refused(String message, String hint) {
        return new StatementException("SCRIPT_PARAM", message, hint, ExitCode.NOT_UNDERSTOOD);
    }
}
