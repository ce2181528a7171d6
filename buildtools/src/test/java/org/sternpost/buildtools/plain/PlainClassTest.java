package org.sternpost.buildtools.plain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What javac makes and what stands in its place say the same.
class PlainClassTest {

    /// Classes of this test, loaded anew with plain code.
    private static final class Plain extends ClassLoader {

        private final Map<String, byte[]> made = new HashMap<>();

        Plain() {
            super(PlainClassTest.class.getClassLoader());
            for (Class<?> type : Samples.class.getDeclaredClasses())
                made.put(type.getName(), plain(type));
            made.put(Samples.class.getName(), plain(Samples.class));
        }

        private static byte[] plain(Class<?> type) { return new PlainClass(ClassFile.of(), octets(type)).made(); }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            byte[] octets = made.get(name);
            if (octets == null) return super.loadClass(name, resolve);
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? defineClass(name, octets, 0, octets.length) : loaded;
        }

        @SuppressWarnings("unchecked")
        Function<Integer, List<String>> samples() throws ReflectiveOperationException {
            return (Function<Integer, List<String>>) loadClass(Samples.class.getName()).getDeclaredConstructor()
                    .newInstance();
        }
    }

    private static byte[] octets(Class<?> type) {
        try (var file = type.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class")) {
            assertNotNull(file);
            return file.readAllBytes();
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void switchesAndRecordsSayTheSame(int of) throws Exception {
        assertEquals(new Samples().apply(of), new Plain().samples().apply(of));
    }

    @Test
    void nothingIsLeftToTheJdkToMake() {
        for (Class<?> type : Samples.class.getDeclaredClasses())
            for (var method : ClassFile.of().parse(Plain.plain(type)).methods())
                method.code().ifPresent(code -> code.forEach(element -> assertFalse(
                        element instanceof InvokeDynamicInstruction call
                                && call.bootstrapMethod().owner().packageName().equals("java.lang.runtime"),
                        () -> type + " " + method.methodName() + " " + element)));
    }

    @Test
    void aClassWithNeitherStaysAsItIs() {
        byte[] given = octets(Arrays.class);
        assertArrayEquals(given, new PlainClass(ClassFile.of(), given).made());
    }
}
