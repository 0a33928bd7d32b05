package libp2p.core.testing;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The rule that product code takes time, waits, threads, randomness and sockets from {@code Environment} only. A module
 * uses it in one test:
 *
 * <pre>{@code
 * assertThat(EnvironmentRule.violations("libp2p.muxers")).isEmpty();
 * }</pre>
 *
 * <p>It needs ArchUnit and the test jar of {@code libp2p-core} in test scope.
 */
public final class EnvironmentRule {
    private static final String TIMED = "\\(.*(long, java\\.util\\.concurrent\\.TimeUnit|java\\.time\\.Duration)\\)";

    private static final List<Pattern> FORBIDDEN = compile(
            "libp2p\\.system\\.SystemEnvironment\\..*",
            "java\\.lang\\.System\\.(nanoTime|currentTimeMillis)\\(.*",
            "java\\.time\\.(Instant|LocalDate|LocalTime|LocalDateTime|ZonedDateTime|OffsetDateTime)\\.now\\(\\)",
            "java\\.time\\.Clock\\.(system|tick).*",
            "java\\.lang\\.Thread\\.(sleep|startVirtualThread|ofVirtual|ofPlatform|<init>)\\(.*",
            "java\\.lang\\.Thread\\.join\\(.+\\)",
            ".*\\.wait\\((long(, int)?)?\\)",
            "java\\.util\\.concurrent\\.locks\\.LockSupport\\.park(Nanos|Until)\\(.*",
            "java\\.util\\.concurrent\\.locks\\.Condition\\.await(Nanos|Until)?\\(.+\\)",
            "java\\.util\\.concurrent\\..*\\.(await|poll|pollFirst|pollLast|offer|offerFirst|offerLast|tryLock|tryAcquire|tryTransfer|get|exchange|awaitTermination|invokeAny|invokeAll|awaitAdvanceInterruptibly)"
                    + TIMED,
            "java\\.util\\.concurrent\\.CompletableFuture\\.(orTimeout|completeOnTimeout|delayedExecutor|.*Async)\\(.*",
            "java\\.util\\.concurrent\\.Executors\\..*",
            "java\\.util\\.concurrent\\.(ThreadPoolExecutor|ScheduledThreadPoolExecutor|ForkJoinPool)\\.(<init>|commonPool)\\(.*",
            "java\\.util\\.(Timer|TimerTask)\\..*",
            ".*\\.(parallelStream|parallel)\\(\\)",
            "java\\.util\\.concurrent\\.ThreadLocalRandom\\.current\\(\\)",
            "java\\.util\\.(Random|SplittableRandom)\\.<init>\\(\\)",
            "java\\.security\\.SecureRandom\\..*",
            "java\\.util\\.UUID\\.randomUUID\\(\\)",
            "java\\.lang\\.Math\\.random\\(\\)",
            "java\\.util\\.Collections\\.shuffle\\(java\\.util\\.List\\)",
            "java\\.nio\\.channels\\.(Asynchronous)?(Socket|ServerSocket|Datagram)Channel\\.open\\(.*",
            "java\\.net\\.(Socket|ServerSocket|DatagramSocket|MulticastSocket)\\.<init>\\(.*",
            "java\\.net\\.InetAddress\\.(getByName|getAllByName|getLocalHost|getCanonicalHostName)\\(.*",
            "java\\.net\\.InetSocketAddress\\.<init>\\(java\\.lang\\.String, int\\)",
            "java\\.net\\.NetworkInterface\\..*");

    private EnvironmentRule() {}

    private static List<Pattern> compile(String... expressions) {
        return List.of(expressions).stream().map(Pattern::compile).toList();
    }

    /**
     * The forbidden uses in the product classes of a package and those below it, one line each.
     *
     * @param exempt full names of classes that may do it (with those nested in them), such as the system environment
     */
    public static List<String> violations(String packageName, String... exempt) {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(packageName);
        if (classes.isEmpty()) {
            throw new IllegalArgumentException("no classes in " + packageName);
        }
        return violations(classes, exempt);
    }

    /** As {@link #violations(String, String...)} for classes that were imported already. */
    public static List<String> violations(JavaClasses classes, String... exempt) {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : classes) {
            if (!isExempt(type.getFullName(), exempt)) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    String target = access.getTarget().getFullName();
                    if (FORBIDDEN.stream()
                            .anyMatch(pattern -> pattern.matcher(target).matches())) {
                        found.add(access.getDescription());
                    }
                }
            }
        }
        return new ArrayList<>(found);
    }

    private static boolean isExempt(String name, String[] exempt) {
        for (String allowed : exempt) {
            if (name.equals(allowed) || name.startsWith(allowed + "$")) {
                return true;
            }
        }
        return false;
    }
}
