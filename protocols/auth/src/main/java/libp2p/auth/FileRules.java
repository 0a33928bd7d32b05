package libp2p.auth;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.host.Authorizer;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.Registration;
import libp2p.core.resource.Direction;
import org.jspecify.annotations.Nullable;

/**
 * {@linkplain AccessRules#read The rules of a file}, followed while the host runs: every five seconds the file is read
 * again, and sooner by {@link #reload}. Its new rules hold at once, also for open streams. While it is wrong, or
 * not there, the rules before it hold and the log tells why. Thread-safe; belongs to one host.
 */
public final class FileRules implements Authorizer, HostService {
    private static final System.Logger LOG = System.getLogger(FileRules.class.getName());

    private final Path file;
    private final AccessRules rules;
    private final ReentrantLock reading =
            new ReentrantLock(); // held for the disk: the last that was read is what holds
    private String text;
    private String problem = "";
    private volatile @Nullable RepeatingTimer timer;

    private final @Nullable AccessControlList roles;
    private volatile Registration changes = () -> {};

    private FileRules(Path file, String text, @Nullable AccessControlList roles) {
        this.file = file;
        this.text = text;
        this.roles = roles;
        this.rules = new AccessRules(parse(text));
    }

    /**
     * Reads the file; blocks.
     *
     * @throws libp2p.multiformats.MalformedException naming the line that is wrong, and why
     */
    public static FileRules open(Path file) throws IOException {
        return new FileRules(file, RulesFile.text(file), null);
    }

    /**
     * As {@link #open(Path)}; peers to which the file gives no role have that of a list. A change of the list holds at
     * once, also for open streams.
     *
     * @param roles of peers, with those that its own rules name
     */
    public static FileRules open(Path file, AccessControlList roles) throws IOException {
        return new FileRules(file, RulesFile.text(file), roles);
    }

    private AccessRules.Policy parse(String content) {
        AccessControlList others = roles;
        return others == null ? RulesFile.parse(content) : RulesFile.parse(content, others::role, others::isDefined);
    }

    /** The rules that hold now; what is changed in them holds until the file changes. */
    public AccessRules rules() {
        return rules;
    }

    /**
     * Reads the file again, now; blocks. False if it has not changed.
     *
     * @throws libp2p.multiformats.MalformedException naming the line that is wrong, and why; the rules before it hold
     *     on
     * @throws IOException if the file cannot be read; the rules before it hold on
     */
    public boolean reload() throws IOException {
        reading.lock();
        try {
            String now = RulesFile.text(file);
            if (now.equals(text)) {
                return false;
            }
            AccessRules.Policy policy = parse(now);
            text = now;
            rules.replace(policy);
            return true;
        } finally {
            reading.unlock();
        }
    }

    @Override
    public boolean permits(Connection connection, Direction direction, String protocol) {
        return rules.permits(connection, direction, protocol);
    }

    @Override
    public void start(Host host) {
        rules.start(host);
        if (roles != null) {
            changes = roles.onChange(rules::recheck);
        }
        RepeatingTimer looks = new RepeatingTimer(host.environment(), again -> look(host, again));
        timer = looks;
        looks.arm(AccessLimits.DEFAULT.filePause().toNanos());
    }

    private void look(Host host, RepeatingTimer looks) {
        String wrong = "";
        try {
            if (host.environment().offload(this::reload)) {
                LOG.log(Level.INFO, () -> "the rules of " + file + " have changed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (NoSuchFileException e) {
            wrong = "it is not there";
        } catch (Exception e) {
            wrong = String.valueOf(e.getMessage());
        }
        if (!wrong.isEmpty() && !wrong.equals(problem)) {
            LOG.log(Level.WARNING, "the rules before hold on, since those of " + file + " cannot be read: " + wrong);
        }
        problem = wrong;
        looks.arm(AccessLimits.DEFAULT.filePause().toNanos());
    }

    @Override
    public void close() {
        RepeatingTimer looks = timer;
        if (looks != null) {
            looks.close();
        }
        changes.close();
        rules.close();
    }
}
