package libp2p.transports.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import libp2p.core.environment.SystemEnvironment;

/** What is read of a datagram before anybody is known, and the tokens of Retry packets. */
class HeaderFuzzTest {
    private static final InetSocketAddress REMOTE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4001);
    private static final int LONGEST_ID = 20;
    private static final int LONGEST_TOKEN = 512;

    private final RetryTokens tokens = new RetryTokens(SystemEnvironment.shared());

    @FuzzTest
    void header(byte[] data) {
        ByteBuf datagram = Unpooled.wrappedBuffer(data);
        if (Header.isQuic(datagram)) {
            Header header = Header.parse(datagram);
            if (header != null) {
                assertThat(header.destination().remaining()).isLessThanOrEqualTo(LONGEST_ID);
                assertThat(header.token()).hasSizeLessThanOrEqualTo(Math.min(LONGEST_TOKEN, data.length));
            }
        }
        assertThat(datagram.readerIndex()).isZero();
    }

    /** Nobody guesses the code of a token. */
    @FuzzTest
    void token(byte[] data) {
        assertThat(tokens.isValid(data, REMOTE)).isFalse();
    }
}
