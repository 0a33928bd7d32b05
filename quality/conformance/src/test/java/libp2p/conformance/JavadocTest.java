package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExportsTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import libp2p.core.testing.SourceTree;
import org.junit.jupiter.api.Test;

/**
 * Whatever another module can use has a comment: every public or protected type, method, constructor, constant and
 * field of a package that a module exports to all others, and every component of a record. A method that overrides one
 * has the comment of that one.
 */
class JavadocTest {
    private static final Path ROOT = SourceTree.root();

    @Test
    void everyPublicMemberOfAnExportedPackageHasAComment() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> missing = new ArrayList<>();
        int seen = 0;
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            for (Path module : modules()) {
                Set<String> exported = exported(compiler, files, module.resolve("module-info.java"));
                List<Path> sources = sources(module, exported);
                seen += sources.size();
                if (!sources.isEmpty()) {
                    JavacTask task = task(compiler, files, sources);
                    Members members = new Members(DocTrees.instance(task), missing);
                    task.parse().forEach(members::visit);
                }
            }
        }
        assertThat(seen).as("files of exported packages").isGreaterThan(500);
        assertThat(String.join("\n", missing))
                .as("public members without a comment")
                .isEmpty();
    }

    /** The folders of the sources of all modules of the build that have a descriptor. */
    private static List<Path> modules() throws IOException {
        return SourceTree.modules().stream()
                .map(module -> module.resolve(Path.of("src", "main", "java")))
                .filter(folder -> Files.exists(folder.resolve("module-info.java")))
                .toList();
    }

    /** Packages that are exported to every module. */
    private static Set<String> exported(JavaCompiler compiler, StandardJavaFileManager files, Path descriptor)
            throws IOException {
        Set<String> packages = new TreeSet<>();
        for (CompilationUnitTree unit :
                task(compiler, files, List.of(descriptor)).parse()) {
            unit.getModule().getDirectives().stream()
                    .filter(ExportsTree.class::isInstance)
                    .map(ExportsTree.class::cast)
                    .filter(exports -> exports.getModuleNames() == null)
                    .forEach(exports -> packages.add(exports.getPackageName().toString()));
        }
        return packages;
    }

    private static List<Path> sources(Path module, Set<String> packages) {
        return packages.stream()
                .map(name -> module.resolve(name.replace('.', '/')))
                .flatMap(folder -> {
                    try (Stream<Path> files = Files.list(folder)) {
                        return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    private static JavacTask task(JavaCompiler compiler, StandardJavaFileManager files, List<Path> sources) {
        return (JavacTask) compiler.getTask(
                null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources));
    }

    /** Walks over the members of types that others can see. */
    private record Members(DocTrees trees, List<String> missing) {
        void visit(CompilationUnitTree unit) {
            TreePath root = new TreePath(unit);
            for (Tree type : unit.getTypeDecls()) {
                if (type instanceof ClassTree found) {
                    visit(new TreePath(root, found), found, false);
                }
            }
        }

        private void visit(TreePath path, ClassTree type, boolean ofInterface) {
            if (!isVisible(type.getModifiers(), ofInterface)) {
                return;
            }
            DocCommentTree comment = trees.getDocCommentTree(path);
            if (comment == null) {
                miss(path, type.getSimpleName().toString());
            }
            boolean isInterface = type.getKind() == Tree.Kind.INTERFACE || type.getKind() == Tree.Kind.ANNOTATION_TYPE;
            for (Tree member : type.getMembers()) {
                TreePath inner = new TreePath(path, member);
                switch (member) {
                    case ClassTree nested -> visit(inner, nested, isInterface);
                    case MethodTree method -> visit(inner, type, method, isInterface);
                    case VariableTree field -> visit(inner, type, comment, field, isInterface);
                    default -> {} // blocks of initialisation
                }
            }
        }

        private void visit(TreePath path, ClassTree type, MethodTree method, boolean ofInterface) {
            boolean ofEnum = type.getKind() == Tree.Kind.ENUM && method.getReturnType() == null;
            boolean ofRecord = type.getKind() == Tree.Kind.RECORD && isCompact(type, method);
            boolean overrides = method.getModifiers().getAnnotations().stream()
                    .anyMatch(annotation ->
                            annotation.getAnnotationType().toString().equals("Override"));
            if (isVisible(method.getModifiers(), ofInterface)
                    && !overrides
                    && !ofEnum
                    && !ofRecord
                    && !isImplicit(path)
                    && trees.getDocCommentTree(path) == null) {
                miss(path, type.getSimpleName() + "." + method.getName());
            }
        }

        /** Its annotation says what it is, and is part of the Javadoc. */
        private static boolean isBound(VariableTree field) {
            return field.getModifiers().getAnnotations().stream()
                    .anyMatch(annotation ->
                            annotation.getAnnotationType().toString().equals("Bound"));
        }

        private void visit(
                TreePath path, ClassTree type, DocCommentTree comment, VariableTree field, boolean ofInterface) {
            boolean isComponent = type.getKind() == Tree.Kind.RECORD
                    && !field.getModifiers().getFlags().contains(Modifier.STATIC);
            if (isComponent) {
                if (comment != null
                        && !isBound(field)
                        && !isNamed(comment, field.getName().toString())) {
                    miss(path, type.getSimpleName() + " @param " + field.getName());
                }
            } else if (isVisible(field.getModifiers(), ofInterface)
                    && trees.getDocCommentTree(path) == null
                    && !field.getName().contentEquals("serialVersionUID")) {
                miss(path, type.getSimpleName() + "." + field.getName());
            }
        }

        /** Constructors of records that only check their components. */
        private static boolean isCompact(ClassTree type, MethodTree method) {
            long components = type.getMembers().stream()
                    .filter(member -> member instanceof VariableTree field
                            && !field.getModifiers().getFlags().contains(Modifier.STATIC))
                    .count();
            return method.getReturnType() == null
                    && (method.getParameters().isEmpty()
                            || method.getParameters().size() == components);
        }

        /** What the compiler adds has no place of its own. */
        private boolean isImplicit(TreePath path) {
            return trees.getSourcePositions().getEndPosition(path.getCompilationUnit(), path.getLeaf()) < 0;
        }

        private static boolean isNamed(DocCommentTree comment, String name) {
            Predicate<DocTree> names = tag -> tag instanceof ParamTree param
                    && !param.isTypeParameter()
                    && param.getName().getName().contentEquals(name);
            return comment.getBlockTags().stream().anyMatch(names);
        }

        private static boolean isVisible(ModifiersTree modifiers, boolean ofInterface) {
            Set<Modifier> flags = modifiers.getFlags();
            return flags.contains(Modifier.PUBLIC)
                    || flags.contains(Modifier.PROTECTED)
                    || ofInterface && !flags.contains(Modifier.PRIVATE);
        }

        private void miss(TreePath path, String what) {
            CompilationUnitTree unit = path.getCompilationUnit();
            long line =
                    unit.getLineMap().getLineNumber(trees.getSourcePositions().getStartPosition(unit, path.getLeaf()));
            Path file = ROOT.relativize(Path.of(unit.getSourceFile().toUri()));
            missing.add(file.toString().replace('\\', '/') + ":" + line + " " + what);
        }
    }
}
