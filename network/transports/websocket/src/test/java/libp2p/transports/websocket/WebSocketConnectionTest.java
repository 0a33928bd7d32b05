package libp2p.transports.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.testing.ScriptedRaw;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.transports.websocket.frame.WebSocketException;
import org.junit.jupiter.api.Test;

/** The server's end of a WebSocket whose client sends given bytes. */
class WebSocketConnectionTest {
    private static final byte[] KEY = {1, 2, 3, 4};

    @FunctionalInterface
    private interface Scene {
        void play(WebSocketConnection connection) throws IOException;
    }

    /** Plays, closes, and returns what the server wrote. */
    private static byte[] play(byte[] input, Scene scene) {
        ScriptedRaw raw = new ScriptedRaw(input);
        Simulation.run(1, simulation -> {
            SimulatedEnvironment environment = simulation.host("server");
            WebSocketConnection connection = new WebSocketConnection(
                    environment,
                    raw,
                    raw.remoteAddress(),
                    true,
                    ByteBuffer.allocate(0),
                    Multiaddr.parse("/ws"),
                    WebSocketLimits.DEFAULT);
            scene.play(connection);
            connection.close();
            simulation.settle();
        });
        assertThat(raw.isClosed()).isTrue();
        return raw.written();
    }

    /** A masked frame with a length below 126. */
    private static byte[] frame(int first, byte... payload) {
        ByteBuffer frame = ByteBuffer.allocate(6 + payload.length);
        frame.put((byte) first).put((byte) (0x80 | payload.length)).put(KEY);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ KEY[i % 4]));
        }
        return frame.array();
    }

    private static byte[] join(byte[]... parts) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static void refuses(int closeCode, byte[] input, String why) {
        byte[] written = play(
                input,
                connection -> assertThatThrownBy(() -> connection.read(ByteBuffer.allocate(10)))
                        .isInstanceOfSatisfying(
                                WebSocketException.class,
                                e -> assertThat(e.closeCode()).isEqualTo(closeCode))
                        .hasMessageContaining(why));
        assertThat(written)
                .as("the goodbye names the code")
                .containsExactly((byte) 0x88, 2, (byte) (closeCode >>> 8), (byte) closeCode);
    }

    @Test
    void hostileFramesEndTheConnectionWithTheCodeOfTheirFault() {
        refuses(1003, frame(0x81, (byte) 'x'), "a text message");
        refuses(1002, new byte[] {(byte) 0x82, 1, 7}, "without a mask");
        refuses(1002, frame(0x09), "a control frame in fragments");
        refuses(1002, new byte[] {(byte) 0x89, (byte) 0xfe, 0, 126}, "a control frame of more than 125");
        refuses(1009, new byte[] {(byte) 0x82, (byte) 0xff, 0, 0, 0, 1, 0, 0, 0, 0}, "a frame of 4294967296 bytes");
        refuses(1002, new byte[] {(byte) 0x82, (byte) 0xff, -1, 0, 0, 0, 0, 0, 0, 0}, "a length of 64 bits");
        refuses(1002, new byte[] {(byte) 0x82, (byte) 0xfe, 0, 5}, "shortest form");
        refuses(1002, frame(0xc2, (byte) 1), "reserved bits");
        refuses(1002, frame(0x80, (byte) 1), "a continuation without a message");
        refuses(1002, frame(0x88, (byte) 1), "half a code");
    }

    @Test
    void framesWithoutDataAreBounded() {
        byte[][] pings = new byte[200][];
        java.util.Arrays.fill(pings, frame(0x82));
        refuses(1008, join(pings), "frames without data in a second");
    }

    @Test
    void fragmentsArriveAsOneStreamWithAPingBetween() {
        byte[] input = join(
                frame(0x02, (byte) 1, (byte) 2), frame(0x89, (byte) 9), frame(0x00, (byte) 3), frame(0x80, (byte) 4));
        byte[] written = play(input, connection -> {
            ByteBuffer got = ByteBuffer.allocate(4);
            while (got.hasRemaining()) {
                connection.read(got);
            }
            assertThat(got.array()).containsExactly(1, 2, 3, 4);
            assertThat(connection.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        });
        assertThat(written).contains((byte) 0x88);
    }

    @Test
    void aConnectionThatEndsInsideAFrameIsNoEnd() {
        byte[] whole = frame(0x82, (byte) 1, (byte) 2, (byte) 3);
        play(java.util.Arrays.copyOf(whole, whole.length - 1), connection -> {
            ByteBuffer got = ByteBuffer.allocate(10);
            assertThat(connection.read(got)).isPositive();
            assertThatThrownBy(() -> connection.read(got)).isInstanceOf(EOFException.class);
        });
    }

    @Test
    void theCloseOfTheClientIsTheEndAndIsReturned() {
        byte[] written = play(
                frame(0x88, (byte) 3, (byte) 0xe9),
                connection ->
                        assertThat(connection.read(ByteBuffer.allocate(1))).isEqualTo(-1));
        assertThat(written).containsExactly((byte) 0x88, 2, (byte) 3, (byte) 0xe9);
    }
}
