package libp2p.auth;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.host.Authorizer;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.resource.Direction;
import org.jspecify.annotations.Nullable;

/**
 * A list of rules of which the first that is about a stream decides; if none is, the fallback does. It can be changed
 * while the host runs: the streams that are open and would be refused now are reset.
 *
 * <pre>{@code
 * AccessRules rules = new AccessRules(Effect.DENY)
 *         .add(Rule.allow("/ipfs/*"))
 *         .add(Rule.allow("/files/*").forPeer(friend));
 * Host host = Libp2p.host().authorizer(rules).start();
 * }</pre>
 *
 * <p>The fallback concerns identify ({@code /ipfs/id/*}) and ping ({@code /ipfs/ping/*}) like any other protocol:
 * without the first, peers do not learn each other's addresses and protocols. Thread-safe; belongs to one host.
 */
public final class AccessRules implements Authorizer, HostService {
    /** All that decides, exchanged as a whole. */
    record Policy(List<Rule> rules, Effect fallback) {
        Policy {
            rules = List.copyOf(rules);
            if (rules.size() > AccessLimits.DEFAULT.rules()) {
                throw new IllegalStateException("more than " + AccessLimits.DEFAULT.rules() + " rules");
            }
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private volatile Policy policy;
    private volatile @Nullable Host host;

    /** @param fallback what follows if no rule is about a stream */
    public AccessRules(Effect fallback) {
        policy = new Policy(List.of(), fallback);
    }

    AccessRules(Policy policy) {
        this.policy = policy;
    }

    /**
     * Reads a file of rules, one a line, in order; blocks. Empty lines and those that start with {@code #} say nothing.
     *
     * <pre>
     * # ALLOW|DENY  inbound|outbound|both  PROTOCOL|FAMILY/*|*  PEER|role:NAME|*
     * allow both    /ipfs/*       *
     * allow inbound /files/1.0.0  12D3KooW…
     * allow inbound /admin/1.0.0  role:admin
     * role admin 12D3KooW…
     * default deny
     * </pre>
     *
     * <p>Without a line {@code default …} everything else is denied. A peer has the role of the last line {@code role …}
     * that names it, else it is a guest. {@link FileRules} also follow the file when it changes.
     *
     * @throws libp2p.multiformats.MalformedException naming the line that is wrong, and why
     */
    public static AccessRules read(Path file) throws IOException {
        return new AccessRules(RulesFile.parse(RulesFile.text(file)));
    }

    /** The effect if no rule is about a stream. */
    public Effect fallback() {
        return policy.fallback();
    }

    /** The rules, in order. */
    public List<Rule> rules() {
        return policy.rules();
    }

    /**
     * Puts a rule behind all others.
     *
     * @throws IllegalStateException if there are too many
     */
    public AccessRules add(Rule rule) {
        change(before -> {
            List<Rule> more = new ArrayList<>(before);
            more.add(rule);
            return more;
        });
        return this;
    }

    /** Takes the first rule that equals this one away, if there is one. */
    public void remove(Rule rule) {
        change(before -> {
            List<Rule> fewer = new ArrayList<>(before);
            fewer.remove(rule);
            return fewer;
        });
    }

    /**
     * Puts other rules in the place of all, at once.
     *
     * @throws IllegalStateException if there are too many
     */
    public void replace(List<Rule> others) {
        change(before -> others);
    }

    /**
     * Puts other rules in the place of all, and another fallback, at once.
     *
     * @throws IllegalStateException if there are too many
     */
    public void replace(List<Rule> others, Effect fallback) {
        replace(new Policy(others, fallback));
    }

    void replace(Policy other) {
        lock.lock();
        try {
            policy = other;
        } finally {
            lock.unlock();
        }
        recheck();
    }

    private void change(UnaryOperator<List<Rule>> change) {
        lock.lock();
        try {
            policy = new Policy(change.apply(policy.rules()), policy.fallback());
        } finally {
            lock.unlock();
        }
        recheck();
    }

    /** The rule that decides about a stream, or empty if the fallback does. */
    public Optional<Rule> decisive(Connection connection, Direction direction, String protocol) {
        return decisive(policy, connection, direction, protocol);
    }

    private static Optional<Rule> decisive(Policy policy, Connection connection, Direction direction, String protocol) {
        for (Rule rule : policy.rules()) {
            if (rule.applies(connection, direction, protocol)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    @Override
    public boolean permits(Connection connection, Direction direction, String protocol) {
        Policy now = policy;
        return decisive(now, connection, direction, protocol).map(Rule::effect).orElse(now.fallback()) == Effect.ALLOW;
    }

    private boolean stillPermits(Connection connection, Direction direction, String protocol) {
        Policy now = policy;
        for (Rule rule : now.rules()) {
            if (rule.stillApplies(connection, direction, protocol)) {
                return rule.effect() == Effect.ALLOW;
            }
        }
        return now.fallback() == Effect.ALLOW;
    }

    /** Resets the open streams that would be refused now; to be called when a {@link Subject} has changed its mind. */
    public void recheck() {
        Host running = host;
        if (running == null) {
            return;
        }
        for (Connection connection : running.connections()) {
            for (Stream stream : connection.streams()) {
                if (!stillPermits(connection, stream.direction(), stream.protocol())) {
                    stream.reset(ErrorCode.STREAM_GATED);
                }
            }
        }
    }

    @Override
    public void start(Host started) {
        host = started;
    }

    @Override
    public void close() {
        host = null;
    }
}
