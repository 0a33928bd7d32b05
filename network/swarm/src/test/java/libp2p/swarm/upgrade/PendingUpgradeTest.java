package libp2p.swarm.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import libp2p.core.connection.HostClosedException;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.testing.ScriptedRaw;
import org.junit.jupiter.api.Test;

class PendingUpgradeTest {
    private final ScriptedRaw raw = new ScriptedRaw(new byte[0]);
    private final PendingUpgrade pending = new PendingUpgrade(raw);

    /** The socket was closed under the handshake, which knows nothing to say about it. */
    @Test
    void aLateUpgradeSaysWhatWasWaitedFor() {
        pending.run();
        assertThat(raw.isClosed()).isTrue();
        assertThat(pending.settle()).isFalse();
        assertThat(pending.explain("tcp", new AsynchronousCloseException()))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("upgrade (tcp)")
                .hasMessageContaining("has not agreed on a secure channel and a muxer in time")
                .hasMessageNotContaining("null");
    }

    @Test
    void anUpgradeThatTheHostEndsIsNotLate() {
        pending.hostClosed();
        pending.run();
        assertThat(pending.explain("tcp", new AsynchronousCloseException())).isInstanceOf(HostClosedException.class);
    }

    @Test
    void anUpgradeThatIsSettledKeepsItsSocketAndItsOwnFailure() {
        assertThat(pending.settle()).isTrue();
        pending.run();
        assertThat(raw.isClosed()).isFalse();
        IOException met = new IOException("broken");
        assertThat(pending.explain("tcp", met)).isSameAs(met);
    }
}
