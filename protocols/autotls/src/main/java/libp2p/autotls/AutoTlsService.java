package libp2p.autotls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import libp2p.autotls.AutoTlsChanged.State;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.event.EventRegistration;
import libp2p.core.event.HostEvent.AddressReachabilityChanged;
import libp2p.core.event.HostEvent.AddressTemplatesChanged;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PublicAddresses;
import libp2p.core.peer.AddressBook;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.transports.websocket.tls.CertificateSource;
import org.jspecify.annotations.Nullable;

/**
 * Orders, installs, announces and renews the certificate of a host. One thread does all of it; it waits for an address
 * that peers have reached, and for the time of the next order.
 */
final class AutoTlsService implements HostService {
    private static final System.Logger LOG = System.getLogger(AutoTlsService.class.getName());

    /** The part of its life by which a certificate may be renewed earlier, so that hosts do not all come at once. */
    private static final int JITTER = 20;

    private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b};

    private final AutoTlsLimits limits;
    private final ForgeName name;
    private final CertificateFolder folder;
    private final Issuer issuer;
    private final Registrar registrar;
    private final AutoTls.Installed installed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Multiaddr> announced = new LinkedHashSet<>();
    private @Nullable Host host;
    private @Nullable TimedCondition changed;
    private @Nullable RandomGenerator random;
    private List<EventRegistration> events = List.of();
    private @Nullable Thread thread;
    private boolean changes;
    private boolean closed;

    // of the one thread
    private @Nullable HeldCertificate held;
    private Instant renewal = Instant.EPOCH;
    /** Before this no attempt is made, however the last one went. */
    private Instant pause = Instant.EPOCH;

    private int failures;
    private @Nullable AutoTlsChanged told;

    /** Where names are registered. */
    interface Registrar {
        /** Fails if it is not there; blocks. */
        void check() throws AutoTlsException;

        /** Has the TXT record of this host set to a value, for which this host is dialed; blocks. */
        void publish(String value, List<Multiaddr> addresses) throws AutoTlsException;
    }

    AutoTlsService(
            AutoTlsLimits limits,
            ForgeName name,
            CertificateFolder folder,
            Issuer issuer,
            Registrar registrar,
            AutoTls.Installed installed) {
        this.limits = limits;
        this.name = name;
        this.folder = folder;
        this.issuer = issuer;
        this.registrar = registrar;
        this.installed = installed;
    }

    @Override
    public void start(Host started) {
        host = started;
        changed = new TimedCondition(started.environment(), lock);
        random = started.environment().random("autotls");
        events = List.of(
                started.events().subscribe(AddressReachabilityChanged.class, event -> wake()),
                started.events().subscribe(AddressTemplatesChanged.class, event -> wake()));
    }

    @Override
    public void listening() {
        lock.lock();
        try {
            if (!closed) {
                thread = environment().start("autotls", this::run);
            }
        } finally {
            lock.unlock();
        }
    }

    private Host host() {
        return HostService.started("AutoTLS", host);
    }

    private Environment environment() {
        return host().environment();
    }

    private Instant now() {
        return environment().wallClock();
    }

    private void wake() {
        lock.lock();
        try {
            changes = true;
            if (changed != null) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a change of the addresses, or as long as it says. */
    private void await(Duration most) throws InterruptedException {
        Deadline deadline = Deadline.after(environment(), most.compareTo(limits.look()) < 0 ? most : limits.look());
        lock.lock();
        try {
            HostService.started("AutoTLS", changed).await(deadline, () -> changes || closed);
            changes = false;
            if (closed) {
                throw new InterruptedException();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            load();
            while (true) {
                step();
            }
        } catch (InterruptedException | InterruptedIOException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void step() throws InterruptedException, InterruptedIOException {
        HeldCertificate mine = held;
        Instant now = now();
        if (mine != null && !now.isBefore(mine.notAfter())) {
            held = null;
            mine = null;
        }
        announce(mine != null);
        Instant due = due(mine != null, now);
        if (now.isBefore(due)) {
            Duration left = Duration.between(now, due);
            Duration end = mine == null ? left : Duration.between(now, mine.notAfter());
            await(end.compareTo(left) < 0 ? end : left);
            return;
        }
        List<Multiaddr> reachable = reachable();
        if (reachable.isEmpty()) {
            tell(new AutoTlsChanged(
                    State.WAITING,
                    "no certificate is ordered before a public TCP address of this host is known to be reachable",
                    "let peers with AutoNAT reach the TCP port, open it in firewall and router, or name the address by"
                            + " --announce",
                    mine == null ? null : mine.notAfter()));
            await(limits.look());
            return;
        }
        attempt(reachable);
    }

    /** A pause that is longer than any is of a clock that has jumped back since. */
    private Instant due(boolean certified, Instant now) {
        Instant next = certified ? renewal : Instant.EPOCH;
        Instant longest = now.plus(limits.retryAfter()).plus(limits.look());
        return pause.isAfter(next) && !pause.isAfter(longest) ? pause : next;
    }

    /** Takes up what an earlier process has left. */
    private void load() throws InterruptedException, InterruptedIOException {
        try {
            pause = disk(folder::notBefore);
            List<X509Certificate> chain = disk(folder::chain);
            if (!chain.isEmpty()) {
                install(chain, disk(folder::certifiedKey));
            }
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // files that nothing has checked
            LOG.log(Level.INFO, () -> "AutoTLS: the certificate of an earlier time is not used: " + e.getMessage());
        }
    }

    private void install(List<X509Certificate> chain, KeyPair key) throws IOException {
        HeldCertificate fits = HeldCertificate.of(chain, name.certified(), key.getPublic(), now(), limits.chain());
        CertificateSource source = CertificateSource.pem(folder.chainFile(), folder.keyFile());
        source.current(environment());
        installed.install(source);
        held = fits;
        Duration early = fits.life().dividedBy(JITTER);
        renewal = fits.renewal() // nanoseconds of the longest lives are no long
                .minusMillis((long) (HostService.started("AutoTLS", random).nextDouble() * early.toMillis()));
        announce(true);
        tell(new AutoTlsChanged(
                State.CERTIFIED,
                "certificate for " + name.certified() + " until " + fits.notAfter(),
                "",
                fits.notAfter()));
    }

    private void attempt(List<Multiaddr> reachable) throws InterruptedException, InterruptedIOException {
        tell(new AutoTlsChanged(State.ORDERING, "orders a certificate for " + name.certified(), "", null));
        try {
            registrar.check();
            pause(limits.retry()); // holds too if the process is killed in the middle of the order
            KeyPair key = disk(folder::certifiedKey);
            Deadline deadline = Deadline.after(environment(), limits.order());
            List<X509Certificate> chain = issuer.issue(
                    name.certified(),
                    disk(folder::accountKey),
                    key,
                    value -> publish(value, reachable, deadline),
                    deadline);
            check(chain, key);
            disk(() -> {
                folder.keep(chain);
                return chain;
            });
            failures = 0;
            pause = now().plus(limits.retry()); // also of certificates that end at once
            install(chain, key);
        } catch (AutoTlsException e) {
            failed(e, e.cure(), e.retryAfter());
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            failed(e, "see whether the folder of the certificate can be written", null);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "AutoTLS: an order has failed by a fault of this program", e);
            failed(new IOException("a fault of this program: " + e, e), "report it, with the log", null);
        }
    }

    private void check(List<X509Certificate> chain, KeyPair key) throws AutoTlsException {
        try {
            HeldCertificate.of(chain, name.certified(), key.getPublic(), now(), limits.chain());
        } catch (IOException e) {
            throw new AutoTlsException(
                    "the ACME server has issued what does not fit: " + e.getMessage(),
                    "see whether the clock of this machine is right",
                    null,
                    e);
        }
    }

    /** Has the record set, and waits until the DNS shows it, so that the ACME server does not look in vain. */
    private void publish(String value, List<Multiaddr> reachable, Deadline deadline)
            throws AutoTlsException, InterruptedException {
        registrar.publish(value, reachable);
        Deadline seen = Deadline.after(environment(), limits.record()).earlier(deadline);
        Pause pause = new Pause(environment(), limits.poll(), limits.lastPoll(), seen);
        while (!isSeen(value, seen)) {
            if (!pause.await(Duration.ZERO)) {
                throw new AutoTlsException(
                        "the DNS does not show the record " + name.challenge() + " that the broker has set",
                        "see whether the DNS of this machine answers for " + name.domain());
            }
        }
    }

    private boolean isSeen(String value, Deadline deadline) {
        try {
            return environment()
                    .network()
                    .resolveText(name.challenge(), deadline)
                    .contains(value);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "AutoTLS: " + name.challenge() + " cannot be looked up: " + e.getMessage());
            return false;
        }
    }

    private void failed(IOException cause, String cure, @Nullable Duration asked) throws InterruptedException {
        Duration wait = limits.retry();
        for (int i = 0; i < failures && wait.compareTo(limits.lastRetry()) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        failures++;
        wait = least(wait, limits.lastRetry());
        if (asked != null && asked.compareTo(wait) > 0) {
            wait = least(asked, limits.retryAfter());
        }
        try {
            pause(wait);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "AutoTLS: the time of the next attempt is not kept: " + e.getMessage());
        }
        tell(new AutoTlsChanged(State.FAILED, String.valueOf(cause.getMessage()), cure, pause));
    }

    /** Makes no attempt for a time, nor does another process. */
    private void pause(Duration time) throws IOException, InterruptedException {
        Instant next = now().plus(time);
        pause = next;
        disk(() -> {
            folder.keepNotBefore(next);
            return next;
        });
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void tell(AutoTlsChanged event) {
        if (event.equals(told)) {
            return;
        }
        told = event;
        Level level = event.state() == State.FAILED ? Level.WARNING : Level.INFO;
        LOG.log(level, () -> "AutoTLS: " + event.message() + (event.cure().isEmpty() ? "" : "; " + event.cure()));
        host().events().publish(event);
    }

    private Predicate<Multiaddr> publicness() {
        return host().find(PublicAddresses.class)
                .<Predicate<Multiaddr>>map(service -> service::isPublic)
                .orElse(Multiaddr::isPublic)
                .and(address -> !isTranslated(address.ip()));
    }

    /** Whether an address stands for one of IPv4 behind a NAT64 (RFC 6052), which the broker is not to be told. */
    static boolean isTranslated(@Nullable InetAddress ip) {
        return ip instanceof Inet6Address && Arrays.equals(ip.getAddress(), 0, NAT64.length, NAT64, 0, NAT64.length);
    }

    private record Socket(@Nullable InetAddress ip, int port) {
        static Socket of(Multiaddr address) {
            return new Socket(address.ip(), address.port());
        }
    }

    /** The sockets of which a state is known otherwise than by the names of the certificate. */
    private Set<Socket> sockets(AddressBook.State state) {
        Set<Socket> sockets = new LinkedHashSet<>();
        for (AddressBook.Entry entry : host().addressBook().entries()) {
            Multiaddr address = entry.address();
            if (entry.state() == state
                    && entry.origin() != Origin.RELAY
                    && address.has(Protocol.TCP)
                    && !address.has(Protocol.SNI)) {
                sockets.add(Socket.of(address));
            }
        }
        return sockets;
    }

    /** The addresses for the broker: public ones that are not tried in vain; none if no peer has reached this host. */
    private List<Multiaddr> reachable() {
        Predicate<Multiaddr> isPublic = publicness();
        Set<Socket> confirmed = sockets(AddressBook.State.CONFIRMED);
        boolean any = host().addressBook().entries().stream()
                .anyMatch(entry -> name.announced(entry.address()) != null
                        && isPublic.test(entry.address())
                        && confirmed.contains(Socket.of(entry.address())));
        return any
                ? host().addresses().stream()
                        .filter(address -> address.ip() != null
                                && isPublic.test(address)
                                && !address.has(Protocol.P2P_CIRCUIT)
                                && !address.has(Protocol.SNI))
                        .limit(limits.addresses())
                        .toList()
                : List.of();
    }

    /** Announces the names of the public sockets that listen for them, and of no others. */
    private void announce(boolean certified) {
        Set<Multiaddr> wanted = new LinkedHashSet<>();
        if (certified) {
            Predicate<Multiaddr> isPublic = publicness();
            Set<Socket> unreachable = sockets(AddressBook.State.UNREACHABLE);
            for (AddressBook.Entry entry : host().addressBook().entries()) {
                Multiaddr named = name.announced(entry.address());
                if (named != null
                        && entry.state() != AddressBook.State.EXPIRED
                        && isPublic.test(entry.address())
                        && !unreachable.contains(Socket.of(entry.address()))
                        && wanted.size() < limits.addresses()) {
                    wanted.add(named);
                }
            }
        }
        AddressBook book = host().addressBook();
        Set<Multiaddr> gone = new LinkedHashSet<>(announced);
        gone.removeAll(wanted);
        gone.forEach(address -> book.remove(address, Origin.CONFIGURED));
        wanted.stream()
                .filter(address -> !announced.contains(address))
                .forEach(address -> book.put(address, Origin.CONFIGURED, AddressBook.State.CANDIDATE));
        announced.clear();
        announced.addAll(wanted);
    }

    private <T> T disk(Callable<T> work) throws IOException, InterruptedException {
        try {
            return environment().offload(work);
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the folder of the certificate cannot be used", e);
        }
    }

    @Override
    public void close() {
        events.forEach(EventRegistration::close);
        lock.lock();
        try {
            closed = true;
            if (changed != null) {
                changed.signalAll();
            }
            if (thread != null) {
                thread.interrupt(); // of an order that is under way
            }
        } finally {
            lock.unlock();
        }
    }
}
