package libp2p.scenarios.flood;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.UdpSocket;
import libp2p.core.resource.ScopeUsage;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.perf.Perf;
import libp2p.swarm.Swarm;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.swarm.resource.ScopeKind;
import libp2p.system.SystemEnvironment;

/**
 * A node that is flooded: the defaults of the library, with echo and perf beside ping and identify. It says where it
 * listens, then answers {@code look} with what it uses, {@code empty} with the same once nothing is charged to any
 * scope, and {@code close} once the host is closed.
 */
final class Victim {
    private static final int MANY_THREADS = 40;
    private static final long SAMPLE_NANOS = 20_000_000;
    private static final Duration RELEASE = Duration.ofMinutes(3);

    private final Environment environment;
    private final CountingResourceManager resources;
    private final Swarm host;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private volatile long peakDescriptors;
    private volatile long peakHeap;
    private volatile long peakDirect;
    private volatile long peakHostThreads;
    private volatile boolean closed;
    private final String reached;
    private boolean told;

    private Victim(boolean unlimited, boolean jumping, boolean http3, String listen, String reached) throws Exception {
        SystemEnvironment system = SystemEnvironment.shared();
        environment = jumping ? new JumpingClock(system) : system;
        resources = unlimited
                ? new CountingResourceManager(environment, ResourceLimits.unlimited())
                : CountingResourceManager.scaledToThisMachine(environment);
        HostBuilder builder = Libp2p.host()
                .environment(environment)
                .resources(resources)
                .with(new Echo())
                .with(new Perf())
                .listen(listen);
        host = (Swarm) builder.start();
        if (http3) {
            host.listen(host.listenAddresses().getFirst().encapsulate(Multiaddr.parse("/webtransport")));
        }
        this.reached = reached;
    }

    /**
     * @param arguments {@code unlimited} for a host without limits of its own, {@code jumping} for a clock that jumps,
     *     {@code quic} to listen on QUIC alone, {@code http3} for WebTransport on its port, {@code webtransport} to be
     *     reached by that
     */
    public static void main(String[] arguments) throws Exception {
        List<String> options = List.of(arguments);
        loadClasses();
        startLoops();
        Victim victim = new Victim(
                options.contains("unlimited"),
                options.contains("jumping"),
                options.contains("http3"),
                options.contains("quic") ? "/ip4/127.0.0.1/udp/0/quic-v1" : "/ip4/127.0.0.1/tcp/0",
                options.contains("webtransport") ? "/webtransport" : "");
        victim.sample();
        victim.say("ready", Map.of());
        victim.obey();
    }

    /**
     * From a folder each class is a file of its own, and cannot be loaded when no descriptor is free; from a jar it
     * can.
     */
    private static void loadClasses() throws Exception {
        ClassLoader loader = Victim.class.getClassLoader();
        for (URL root : Collections.list(loader.getResources("libp2p"))) {
            if (!root.getProtocol().equals("file")) {
                continue;
            }
            Path folder = Path.of(root.toURI());
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".class")).toList()) {
                    String name = folder.getParent().relativize(file).toString().replace(File.separatorChar, '.');
                    loader.loadClass(name.substring(0, name.length() - ".class".length()));
                }
            }
        }
    }

    /**
     * The event loops of the environment have descriptors for as long as it lives, and each is started when a socket
     * needs it, such as the second one of a saturated port. All are there before descriptors are counted.
     */
    private static void startLoops() throws IOException {
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (UdpSocket socket = SystemEnvironment.shared().network().bindUdp(any)) {
                socket.onReadable(() -> 0); // the next loop in turn
            }
        }
    }

    private void obey() throws Exception {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in))) {
            String line;
            while ((line = in.readLine()) != null) {
                switch (line) {
                    case "look" -> say("look", resources.usage());
                    case "empty" -> say("empty", awaitRelease());
                    case "close" -> {
                        host.close();
                        closed = true;
                        say("closed", resources.usage());
                        return;
                    }
                    default -> throw new IllegalArgumentException(line);
                }
            }
        }
    }

    /** A closed connection gives back what it had on threads of its own. */
    private Map<String, ScopeUsage> awaitRelease() {
        Deadline deadline = Deadline.after(environment, RELEASE);
        Map<String, ScopeUsage> usage;
        while (!(usage = resources.usage()).isEmpty() && !deadline.passed(environment)) {
            environment.park(this, Deadline.after(environment, Duration.ofMillis(20)));
        }
        return usage;
    }

    private void sample() {
        peakDescriptors = Math.max(peakDescriptors, descriptors());
        peakHeap = Math.max(peakHeap, heap());
        peakDirect = Math.max(peakDirect, direct());
        peakHostThreads = Math.max(peakHostThreads, host.threads());
        if (!told && threads.getThreadCount() > MANY_THREADS) {
            told = true;
            tellThreads();
        }
        if (!closed) {
            environment.schedule(SAMPLE_NANOS, this::sample);
        }
    }

    /** The work of so many platform threads: their names without numbers, and the place where most of them are. */
    private static void tellThreads() {
        Map<String, Long> kinds = Thread.getAllStackTraces().entrySet().stream()
                .map(one -> one.getKey().getName().replaceAll("\\d+", "N") + " at "
                        + Arrays.stream(one.getValue()).limit(3).toList())
                .collect(Collectors.groupingBy(one -> one, TreeMap::new, Collectors.counting()));
        System.err.println("more than " + MANY_THREADS + " platform threads: " + kinds);
    }

    private void say(String what, Map<String, ScopeUsage> usage) {
        System.gc();
        System.out.println(what + " address="
                + host.listenAddresses().stream()
                        .filter(address -> address.toString().contains(reached))
                        .findFirst()
                        .map(Object::toString)
                        .orElse("-")
                + " peer=" + host.peerId()
                + " heap=" + heap()
                + " peakHeap=" + peakHeap
                + " peakDirect=" + peakDirect
                + " peakResident=" + peakResident()
                + " descriptors=" + descriptors()
                + " peakDescriptors=" + peakDescriptors
                + " threads=" + threads.getThreadCount()
                + " peakThreads=" + threads.getPeakThreadCount()
                + " hostThreads=" + host.threads()
                + " peakHostThreads=" + peakHostThreads
                + " connectionLimit=" + resources.limits().of(ScopeKind.SYSTEM).connections()
                + " refused="
                + resources.refusals().values().stream()
                        .mapToLong(Long::longValue)
                        .sum()
                + " usage=" + usage.keySet().toString().replace(" ", ""));
    }

    private static long heap() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** The memory of the JDK outside the heap; that of libcrypto is only part of {@link #peakResident}. */
    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** Bytes of the whole process, as Linux tells them; elsewhere 0. */
    private static long peakResident() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException notLinux) {
            return 0;
        }
    }

    private static long descriptors() {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix)) {
            return 0;
        }
        try {
            return unix.getOpenFileDescriptorCount();
        } catch (InternalError noneIsFree) { // counting them takes one
            return unix.getMaxFileDescriptorCount();
        }
    }
}
