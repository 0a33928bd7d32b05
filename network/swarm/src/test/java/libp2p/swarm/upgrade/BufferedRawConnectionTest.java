package libp2p.swarm.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import libp2p.core.testing.ScriptedRaw;
import org.junit.jupiter.api.Test;

class BufferedRawConnectionTest {
    private static final byte[] MESSAGE = {3, 'a', 'b', '\n'};

    private static byte[] read(BufferedRawConnection connection, int count) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(count);
        int got = connection.read(target);
        return Arrays.copyOf(target.array(), Math.max(0, got));
    }

    @Test
    void tellsWhenAWholeMessageHasArrived() throws IOException {
        byte[] script = {3, 'a', 'b', '\n', 3, 'c', 'd', '\n', 5, 'e'};
        BufferedRawConnection connection = new BufferedRawConnection(new ScriptedRaw(script));
        assertThat(connection.holdsMessage()).as("nothing is read yet").isFalse();
        assertThat(read(connection, 4)).isEqualTo(MESSAGE);
        assertThat(connection.holdsMessage()).isTrue();
        read(connection, 4);
        assertThat(connection.holdsMessage()).as("a part of a message").isFalse();
        read(connection, 2);
        assertThat(connection.holdsMessage()).isFalse();
    }

    @Test
    void aLengthOfMoreThanOneByteIsNoMessageThatHasArrived() throws IOException {
        BufferedRawConnection connection =
                new BufferedRawConnection(new ScriptedRaw(new byte[] {0, (byte) 0x81, 1, 'a', 'b'}));
        read(connection, 1);
        assertThat(connection.holdsMessage()).isFalse();
    }

    @Test
    void whatWasReadAheadComesFirstWhenTheHandshakeHasEnded() throws IOException {
        byte[] script = new byte[2000];
        for (int i = 0; i < script.length; i++) {
            script[i] = (byte) i;
        }
        ScriptedRaw raw = new ScriptedRaw(script);
        BufferedRawConnection connection = new BufferedRawConnection(raw);
        assertThat(read(connection, 2)).isEqualTo(Arrays.copyOf(script, 2));
        int ahead = script.length - raw.unread();
        connection.handshakeEnded();
        assertThat(read(connection, 5000)).isEqualTo(Arrays.copyOfRange(script, 2, ahead));
        assertThat(read(connection, 5000)).isEqualTo(Arrays.copyOfRange(script, ahead, script.length));
    }

    @Test
    void aLargeBufferIsFilledWithoutReadingAhead() throws IOException {
        ScriptedRaw raw = new ScriptedRaw(new byte[4000]);
        BufferedRawConnection connection = new BufferedRawConnection(raw);
        assertThat(read(connection, 3000)).hasSize(3000);
        assertThat(raw.unread()).isEqualTo(1000);
    }
}
