package libp2p.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.muxer.Muxer;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.muxers.mplex.Mplex;
import libp2p.muxers.yamux.Yamux;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.system.SystemEnvironment;

/** Muxers against any bytes of an authenticated peer: they end, and give back what they took. */
class MuxersFuzzTest {
    private static final Environment ENVIRONMENT = SystemEnvironment.shared();
    private static final PublicKey REMOTE = Identity.generate(ENVIRONMENT).publicKey();

    @FuzzTest
    void yamux(byte[] data) throws Exception {
        run(new Yamux(), data);
    }

    @FuzzTest
    void mplex(byte[] data) throws Exception {
        run(new Mplex(), data);
    }

    private static void run(Muxer muxer, byte[] data) throws Exception {
        CountingResourceManager resources = new CountingResourceManager(ENVIRONMENT, ResourceLimits.unlimited());
        try (ConnectionScope scope = resources.openConnection(Direction.INBOUND, false, Multiaddr.parse("/memory/1"))) {
            MuxedConnection connection =
                    muxer.mux(ENVIRONMENT, new ScriptedConnection(ENVIRONMENT, REMOTE, data), false, scope);
            try {
                while (true) {
                    MuxedStream stream = connection.acceptStream();
                    stream.reset(0);
                }
            } catch (IOException ended) {
                assertThat(connection.closeReason()).isNotNull();
            }
            connection.close(0, "done");
        }
        assertThat(resources.usage()).isEmpty();
    }
}
