package libp2p.node.launch;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Rewrites classes that were compiled for a Java before 6, in a copy of their jar that the launcher has made. Such
 * classes lack the tables by which the JVM verifies newer ones: it leaves them out of its cache of classes, and
 * verifies them at every start in a way that takes many times as long. The instructions stay as they are.
 */
public final class OldClasses {
    /** The version from which on the JVM needs the tables, and may keep a class in its cache. */
    private static final int WITH_TABLES = ClassFile.JAVA_6_VERSION;

    private static final int TARGET = ClassFile.JAVA_8_VERSION;
    private static final int VERSION_AT = 6;

    private OldClasses() {}

    /** Rewrites the jars that are named; prints how many classes of each were old. */
    public static void main(String[] jars) throws IOException {
        for (String jar : jars) {
            System.out.println(jar + ": " + rewrite(Path.of(jar)) + " classes rewritten");
        }
    }

    /**
     * Replaces a jar by one whose classes all have tables. A class whose superclasses are not to be found stays as it
     * is.
     *
     * @return how many classes were rewritten
     */
    static int rewrite(Path jar) throws IOException {
        Path fresh = jar.resolveSibling(jar.getFileName() + ".new");
        int rewritten = 0;
        try (URLClassLoader loader =
                        new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
                ZipFile from = new ZipFile(jar.toFile());
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(fresh))) {
            ClassFile format = ClassFile.of(
                    ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(
                            ClassHierarchyResolver.ofResourceParsing(loader).cached()));
            for (Enumeration<? extends ZipEntry> entries = from.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                byte[] bytes = from.getInputStream(entry).readAllBytes();
                byte[] written = isOld(entry, bytes) ? newer(format, bytes) : bytes;
                rewritten += written == bytes ? 0 : 1;
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setTime(entry.getTime());
                to.putNextEntry(copy);
                to.write(written);
                to.closeEntry();
            }
        }
        Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING);
        return rewritten;
    }

    private static boolean isOld(ZipEntry entry, byte[] bytes) {
        return entry.getName().endsWith(".class")
                && bytes.length > VERSION_AT + 1
                && ((bytes[VERSION_AT] & 0xff) << Byte.SIZE | bytes[VERSION_AT + 1] & 0xff) < WITH_TABLES;
    }

    private static byte[] newer(ClassFile format, byte[] bytes) {
        ClassModel old = format.parse(bytes);
        ClassTransform version = (builder, element) ->
                builder.with(element instanceof ClassFileVersion ? ClassFileVersion.of(TARGET, 0) : element);
        try {
            return format.transformClass(
                    old, version.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
        } catch (IllegalArgumentException missing) { // a class of an optional library, without which it is never used
            return bytes;
        }
    }
}
