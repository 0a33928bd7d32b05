package libp2p.discovery.rendezvous;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.concurrent.KeyedRates;
import libp2p.core.concurrent.TokenBucket;
import libp2p.core.environment.Environment;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostAssembly;
import libp2p.core.host.HostService;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.messaging.MessageExchange;
import libp2p.core.resource.ServiceLimit;
import libp2p.discovery.rendezvous.Registrations.Change;
import libp2p.discovery.rendezvous.Registrations.Entry;
import libp2p.discovery.rendezvous.Registrations.Page;
import libp2p.discovery.rendezvous.Registrations.Refusal;
import libp2p.discovery.rendezvous.RendezvousMessage.Discover;
import libp2p.discovery.rendezvous.RendezvousMessage.DiscoverResponse;
import libp2p.discovery.rendezvous.RendezvousMessage.Register;
import libp2p.discovery.rendezvous.RendezvousMessage.RegisterResponse;
import libp2p.discovery.rendezvous.RendezvousMessage.Unregister;
import org.jspecify.annotations.Nullable;

/**
 * A meeting point: peers register here under namespaces, and others ask for them. Registrations outlive a restart where
 * the host has a data directory. A peer registers only itself; each asker gets the records in the form that it
 * reads, so that it can check all of them. Thread-safe.
 */
public final class RendezvousService implements HostService {
    /** The name under which streams are charged. */
    static final String SERVICE = "libp2p.rendezvous";

    private static final System.Logger LOG = System.getLogger(RendezvousService.class.getName());
    private static final Duration EXPIRY = Duration.ofMinutes(1);
    private static final int STREAMS = 256;
    private static final int STREAMS_PER_PEER = 8;
    /** Peers whose requests are counted. */
    private static final int COUNTED = 10_000;
    /** The bytes that a message needs beside its registrations. */
    private static final int ENVELOPE = 4_096;

    private final RendezvousLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final KeyedRates<PeerId> rates;
    private @Nullable Parts parts;

    /** The parts that exist once the host has started. */
    private static final class Parts {
        final Environment environment;
        final RegistrationDisk disk;
        final Registrations registrations;
        final Host host;
        final RecordFormats dialects;
        final TokenBucket requests;
        final RepeatingTimer expiry;

        @Nullable
        Registration handler;

        Parts(Host host, RendezvousLimits limits, RegistrationDisk disk, Registrations kept, RepeatingTimer expiry) {
            this.host = host;
            this.environment = host.environment();
            this.disk = disk;
            this.registrations = kept;
            this.dialects = new RecordFormats(host);
            this.requests = new TokenBucket(limits.requestsInAll(), limits.requestsInAll(), environment.nanoTime());
            this.expiry = expiry;
        }
    }

    private RendezvousService(RendezvousLimits limits) {
        this.limits = limits;
        this.rates = new KeyedRates<>(
                new KeyedRates.Rate(limits.requests(), Duration.ofSeconds(10).dividedBy(limits.requests())), COUNTED);
    }

    /** A meeting point as a value for the builder of a host. */
    public static ProtocolFamily family(RendezvousLimits limits) {
        return assembly -> assemble(assembly, assembly.limits(limits));
    }

    private static void assemble(HostAssembly assembly, RendezvousLimits limits) {
        assembly.service(new RendezvousService(limits))
                .serviceLimits(
                        SERVICE,
                        ServiceLimit.of(STREAMS, 64L * limits.messageBytes()),
                        ServiceLimit.of(STREAMS_PER_PEER, 4L * limits.messageBytes()));
    }

    @Override
    public void start(Host host) {
        Environment environment = host.environment();
        RegistrationDisk disk = new RegistrationDisk(host.datastore("rendezvous"));
        RandomGenerator random = environment.random("rendezvous.registrations");
        Registrations kept;
        try {
            kept = disk.load(limits, environment.wallClock().toEpochMilli(), random);
        } catch (IOException e) {
            LOG.log(Level.WARNING, () -> "the kept registrations cannot be read: " + e.getMessage());
            kept = new Registrations(limits, environment.wallClock().toEpochMilli(), random);
        }
        Parts made = new Parts(host, limits, disk, kept, new RepeatingTimer(environment, this::expire));
        lock.lock();
        try {
            if (parts != null) {
                throw new IllegalStateException("a rendezvous point serves one host");
            }
            parts = made;
        } finally {
            lock.unlock();
        }
        made.handler = MessageExchange.of(RendezvousMessage.PROTOCOL, RendezvousMessage.CODEC, RendezvousMessage.CODEC)
                .withLimit(limits.recordBytes() + ENVELOPE)
                .withTimeout(limits.timeout())
                .withOptions(HandlerOptions.DEFAULT.withService(SERVICE))
                .serve(host, this::answer);
        made.expiry.arm(EXPIRY.toNanos());
    }

    private Parts parts() {
        return HostService.started("the rendezvous point", parts);
    }

    private void expire(RepeatingTimer again) {
        Parts here = parts();
        lock.lock();
        try {
            here.disk.write(
                    here.registrations.expire(here.environment.wallClock().toEpochMilli()), here.registrations.next());
        } catch (IOException e) {
            LOG.log(Level.WARNING, () -> "registrations that are over stay on the disk: " + e.getMessage());
        } finally {
            lock.unlock();
        }
        again.arm(EXPIRY.toNanos());
    }

    /** The present number of registrations. */
    public int size() {
        Parts here = parts();
        lock.lock();
        try {
            here.registrations.expire(here.environment.wallClock().toEpochMilli());
            return here.registrations.size();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable RendezvousMessage answer(PeerId peer, RendezvousMessage question) throws IOException {
        Parts here = parts();
        boolean allowed = isAllowed(here, peer);
        return switch (question) {
            case Register register -> register(here, peer, register, allowed);
            case Discover discover -> discover(here, peer, discover, allowed);
            case Unregister unregister -> {
                if (allowed && unregister.namespace() != null) {
                    unregister(here, peer, unregister.namespace());
                }
                yield null;
            }
            case RegisterResponse response -> throw new IOException("an answer instead of a question");
            case DiscoverResponse response -> throw new IOException("an answer instead of a question");
        };
    }

    private boolean isAllowed(Parts here, PeerId peer) {
        lock.lock();
        try {
            long now = here.environment.nanoTime();
            return rates.take(peer, now) && here.requests.tryTake(1, now);
        } finally {
            lock.unlock();
        }
    }

    private RegisterResponse register(Parts here, PeerId peer, Register register, boolean allowed) {
        try {
            if (!allowed) {
                throw new Refusal(Status.UNAVAILABLE, "too many requests");
            }
            if (register.namespace() == null) {
                throw new Refusal(Status.INVALID_NAMESPACE, "no namespace");
            }
            byte[] record = register.record();
            RecordForm.Content content = record == null ? null : read(record);
            if (record == null || content == null) {
                throw new Refusal(Status.INVALID_SIGNED_PEER_RECORD, "no record whose signature holds");
            }
            if (!content.peer().equals(peer)) {
                throw new Refusal(Status.NOT_AUTHORIZED, "a peer registers itself alone");
            }
            here.dialects.speaks(peer, content.form());
            long now = here.environment.wallClock().toEpochMilli();
            lock.lock();
            try {
                here.disk.write(here.registrations.expire(now), here.registrations.next());
                Change change = here.registrations.register(
                        register.namespace(), content, record, here.host.groupOf(peer), register.ttl(), now);
                here.disk.write(change, here.registrations.next());
                Entry added = java.util.Objects.requireNonNull(change.added());
                return new RegisterResponse(Status.OK, "", (added.expires() - now) / 1_000);
            } finally {
                lock.unlock();
            }
        } catch (Refusal refusal) {
            return new RegisterResponse(refusal.status(), String.valueOf(refusal.getMessage()), 0);
        } catch (IOException disk) {
            LOG.log(Level.WARNING, () -> "a registration was not kept: " + disk.getMessage());
            return new RegisterResponse(Status.INTERNAL_ERROR, "", 0);
        }
    }

    private static RecordForm.@Nullable Content read(byte[] record) {
        try {
            return RecordForm.decode(record);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a registration with a bad record: " + e.getMessage());
            return null;
        }
    }

    private void unregister(Parts here, PeerId peer, String namespace) throws IOException {
        lock.lock();
        try {
            here.disk.write(here.registrations.unregister(namespace, peer), here.registrations.next());
        } finally {
            lock.unlock();
        }
    }

    private DiscoverResponse discover(Parts here, PeerId peer, Discover discover, boolean allowed) {
        try {
            if (!allowed) {
                throw new Refusal(Status.UNAVAILABLE, "too many requests");
            }
            RecordFormats.Dialect dialect = here.dialects.of(peer);
            boolean unsigned = dialect == RecordFormats.Dialect.UNSIGNED;
            long now = here.environment.wallClock().toEpochMilli();
            Page page;
            lock.lock();
            try {
                here.disk.write(here.registrations.expire(now), here.registrations.next());
                page = here.registrations.discover(
                        discover.namespace(),
                        discover.cookie(),
                        discover.limit(),
                        unsigned ? null : dialect.forms(),
                        limits.messageBytes() - ENVELOPE);
            } finally {
                lock.unlock();
            }
            List<Register> found = new ArrayList<>();
            for (Entry entry : page.entries()) {
                byte[] record = unsigned ? entry.form().toUnsigned(entry.record()) : entry.record();
                found.add(new Register(entry.namespace(), record, Math.max(1, (entry.expires() - now) / 1_000)));
            }
            // py-libp2p takes any cookie for a sign that there is more.
            boolean over = unsigned && page.entries().isEmpty();
            return new DiscoverResponse(found, over ? new byte[0] : page.cookie(), Status.OK, "");
        } catch (Refusal refusal) {
            return new DiscoverResponse(List.of(), new byte[0], refusal.status(), String.valueOf(refusal.getMessage()));
        } catch (IOException disk) {
            LOG.log(Level.WARNING, () -> "registrations that are over stay on the disk: " + disk.getMessage());
            return new DiscoverResponse(List.of(), new byte[0], Status.INTERNAL_ERROR, "");
        }
    }

    @Override
    public void close() {
        Parts made = parts;
        if (made != null) {
            made.expiry.close();
            if (made.handler != null) {
                made.handler.close();
            }
        }
    }
}
