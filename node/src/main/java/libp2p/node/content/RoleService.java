package libp2p.node.content;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import libp2p.HostBuilder;
import libp2p.blocks.BlockStore;
import libp2p.blocks.Pins;
import libp2p.blocks.tier.TierOptions;
import libp2p.blocks.tier.TieredBlockStore;
import libp2p.core.environment.Environment;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.ipfs.Repository;
import libp2p.ipfs.ResourceMeter;
import libp2p.ipfs.Role;
import libp2p.ipfs.RoleAdvisor;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * The role of a node that keeps content: blocks that are read often are kept in memory, as its budget has it, and every
 * ten minutes it is measured which role the machine is fit for.
 */
final class RoleService implements HostService, Repository.Observer {
    private static final System.Logger LOG = System.getLogger(RoleService.class.getName());
    private static final Duration MEASUREMENTS = Duration.ofMinutes(10);

    private final Role role;
    private final Path data;
    private final TieredBlockStore tiers;
    private final ResourceMeter meter;
    private final RoleAdvisor advisor;
    private final Consumer<Role> advice;
    private final AtomicReference<@Nullable RepeatingTimer> timer = new AtomicReference<>();
    private volatile Role last;

    private RoleService(Environment environment, Role role, Path data, Repository store, Consumer<Role> advice) {
        this.role = role;
        this.data = data;
        this.advice = advice;
        last = role;
        meter = new ResourceMeter(environment, 0);
        advisor = new RoleAdvisor(role);
        tiers = new TieredBlockStore(
                environment, null, store.blocks(), TierOptions.DEFAULT.withBytes(role.memoryTierBytes(), 0));
    }

    /**
     * Adds it to a host.
     *
     * @param advice told of the role that the machine is fit for when that has become another
     * @return the blocks with the memory tier before them
     */
    static BlockStore install(
            HostBuilder builder,
            Environment environment,
            Role role,
            Path data,
            Repository store,
            Consumer<Role> advice) {
        RoleService service = new RoleService(environment, role, data, store, advice);
        builder.with(service).observer(service.meter);
        store.observe(service);
        return service.tiers;
    }

    @Override
    public void start(Host host) {
        RepeatingTimer measuring = new RepeatingTimer(host.environment(), this::measure);
        if (!timer.compareAndSet(null, measuring)) {
            throw new IllegalStateException("a role is that of one host");
        }
        tiers.scheduleDemotion();
        measuring.arm(MEASUREMENTS.toNanos());
    }

    private void measure(RepeatingTimer again) {
        again.arm(MEASUREMENTS.toNanos());
        try {
            Role advised = advisor.advise(meter.available(tiers, data));
            if (advised != last) {
                last = advised;
                advice.accept(advised);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "it cannot be measured whether the role " + role + " fits: " + e.getMessage());
        }
    }

    @Override
    public void stored(List<Multihash> hashes) {}

    @Override
    public void pinned(Cid cid, Pins.Kind kind) {}

    @Override
    public void removed(Collection<Multihash> hashes) {
        try {
            tiers.forget(hashes);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "removed blocks may stay in a cache: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        RepeatingTimer measuring = timer.get();
        if (measuring != null) {
            measuring.close();
        }
        try {
            tiers.closeCaches();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "closing the caches: " + e.getMessage());
        }
    }
}
