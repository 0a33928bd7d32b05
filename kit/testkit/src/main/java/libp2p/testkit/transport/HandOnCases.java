package libp2p.testkit.transport;

import static libp2p.testkit.transport.TransportPair.async;
import static libp2p.testkit.transport.TransportPair.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import libp2p.core.connection.StreamResetException;
import libp2p.testkit.transport.TransportPair.Ends;

/** The contract of {@link libp2p.core.connection.Stream#transferTo} over every transport; each method is a case. */
final class HandOnCases {
    private static final long CODE = 0x1234;
    private static final int MORE_THAN_ANY_WINDOW = 32 << 20;

    private HandOnCases() {}

    static void bytesGoOnIntoAnotherStream(TransportPair pair) throws Exception {
        Ends first = pair.stream();
        Ends second = pair.stream();
        TransportPair.goOn(bytes(1_500_000), first, second);
    }

    static void bytesThatGoOnFailAsTheStreamThatFails(TransportPair pair) throws Exception {
        Ends first = pair.stream();
        Ends second = pair.stream();
        CountDownLatch ended = new CountDownLatch(1);
        second.far().onRemoteEnd(ended::countDown);
        second.near().reset(CODE);
        ended.await();
        first.near().write(new byte[10]);
        assertThatThrownBy(() -> first.far().transferTo(second.far(), 100)).isInstanceOf(StreamResetException.class);
        Ends third = pair.stream();
        CountDownLatch reset = new CountDownLatch(1);
        Ends other = pair.stream();
        other.far().onRemoteEnd(reset::countDown);
        other.near().reset(CODE);
        reset.await();
        assertThatThrownBy(() -> other.far().transferTo(third.far(), 100)).isInstanceOf(StreamResetException.class);
        third.far().write(new byte[] {7});
        assertThat(third.near().input().read()).isEqualTo(7);
    }

    /**
     * A stream that is reset while its bytes wait to go on: those bytes stay what they are until the write has failed.
     */
    static void aStreamMayBeResetWhileItsBytesGoOn(TransportPair pair) throws Exception {
        Ends first = pair.stream();
        Ends second = pair.stream();
        FutureTask<Throwable> between = async(() -> {
            while (true) {
                try {
                    first.far().transferTo(second.far(), Integer.MAX_VALUE);
                } catch (IOException failure) {
                    return failure;
                }
            }
        });
        FutureTask<Void> writer = async(() -> {
            try {
                first.near().write(new byte[MORE_THAN_ANY_WINDOW]);
            } catch (StreamResetException expected) {
                return null;
            }
            throw new AssertionError("all was taken");
        });
        assertThat(second.near().input().readNBytes(100_000)).containsOnly(0); // and nothing more
        first.far().reset(CODE);
        writer.get();
        second.far().reset(CODE);
        assertThat(between.get()).isInstanceOf(StreamResetException.class);
    }
}
