package org.sternpost.shell.groovy;

import groovy.lang.Binding;
import groovy.lang.Script;
import java.util.LinkedHashMap;
import java.util.Map;
import org.codehaus.groovy.control.CompilationUnit;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.codehaus.groovy.control.Phases;
import org.codehaus.groovy.runtime.InvokerHelper;
import org.codehaus.groovy.tools.GroovyClass;
import groovy.lang.GroovyClassLoader;

/// A script as Groovy's compiler leaves it.
///
/// @param main    the name of the class that is the script
/// @param classes all that the compiler made of it, by name
record CompiledScript(String main, Map<String, byte[]> classes) {

    /// Compiles a text, with all checks that a configuration brings.
    ///
    /// @param file is what errors and stack traces call it
    static CompiledScript of(String text, String file, CompilerConfiguration configuration) {
        var unit = new CompilationUnit(configuration, null,
                new GroovyClassLoader(CompiledScript.class.getClassLoader(), configuration));
        unit.addSource(file, text);
        unit.compile(Phases.CLASS_GENERATION);
        var classes = new LinkedHashMap<String, byte[]>();
        for (GroovyClass made : unit.getClasses())
            classes.put(made.getName(), made.getBytes());
        // The compiler puts the script before the classes that it declares.
        return new CompiledScript(unit.getAST().getModules().getFirst().getClasses().getFirst().getName(), classes);
    }

    /// The script, not yet run, with variables of its own.
    ///
    /// @throws LinkageError if the classes are none that fit this program
    Script load() {
        try {
            return InvokerHelper.createScript(new Loader(classes).loadClass(main), new Binding());
        } catch (ClassNotFoundException damaged) {
            throw new NoClassDefFoundError(String.valueOf(damaged.getMessage()));
        }
    }

    /// Has the classes of one script, and passes on what else they name.
    private static final class Loader extends ClassLoader {

        private final Map<String, byte[]> classes;

        Loader(Map<String, byte[]> classes) {
            super(CompiledScript.class.getClassLoader());
            this.classes = classes;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] octets = classes.get(name);
            if (octets == null) throw new ClassNotFoundException(name);
            return defineClass(name, octets, 0, octets.length);
        }
    }
}
