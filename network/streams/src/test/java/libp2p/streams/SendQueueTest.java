package libp2p.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import libp2p.contracts.muxer.MuxedPair;
import libp2p.contracts.muxer.TestEnvironment;
import libp2p.core.connection.StreamPriority;
import org.junit.jupiter.api.Test;

class SendQueueTest {
    private static final Duration IDLE = Duration.ofNanos(WriterElection.IDLE_NANOS);

    private int starts;
    private final TestEnvironment environment = new TestEnvironment();
    private static final FlushTurn TURN = new FlushTurn(() -> {});

    private final SendQueue queue = new SendQueue(environment, () -> starts++);
    private final WriterElection election = queue.election();
    private final List<String> served = new ArrayList<>();

    private final class Named extends Sender {
        private final String name;
        private int data;

        Named(String name, StreamPriority priority, int data) {
            this.name = name;
            this.priority = priority;
            this.data = data;
        }

        @Override
        protected boolean send(RecordWriter out, boolean dataTurn) {
            served.add(name + (dataTurn ? "" : "!"));
            return dataTurn && --data > 0;
        }
    }

    private Named data(String name, StreamPriority priority, int count) {
        Named sender = new Named(name, priority, count);
        queue.data(sender);
        return sender;
    }

    private void serve(int times) throws Exception {
        for (int i = 0; i < times; i++) {
            assertThat(queue.serve(null)).isTrue();
        }
    }

    @Test
    void servesControlThenHighThenNormalThenLow() throws Exception {
        data("low", StreamPriority.LOW, 1);
        data("normal", StreamPriority.NORMAL, 1);
        Named high = data("high", StreamPriority.HIGH, 1);
        queue.control(high);
        serve(4);
        assertThat(served).containsExactly("high!", "high", "normal", "low");
        assertThat(queue.serve(null)).isFalse();
    }

    @Test
    void servesTheStreamsOfOneClassInTurn() throws Exception {
        data("a", StreamPriority.NORMAL, 3);
        data("b", StreamPriority.NORMAL, 2);
        data("c", StreamPriority.NORMAL, 1);
        serve(6);
        assertThat(served).containsExactly("a", "b", "c", "a", "b", "a");
    }

    @Test
    void aSenderStandsInTheQueueOnce() throws Exception {
        Named sender = data("a", StreamPriority.NORMAL, 1);
        queue.data(sender);
        queue.control(sender);
        queue.control(sender);
        serve(2);
        assertThat(served).containsExactly("a!", "a");
        assertThat(queue.serve(null)).isFalse();
        queue.data(sender);
        serve(1);
    }

    @Test
    void whatLeavesWithOthersLeavesBeforeTheirData() throws Exception {
        Named quiet = new Named("quiet", StreamPriority.NORMAL, 0);
        queue.controlWithNext(quiet);
        queue.controlWithNext(quiet);
        data("a", StreamPriority.HIGH, 1);
        serve(2);
        assertThat(served).containsExactly("quiet!", "a");
    }

    @Test
    void noClassStarves() throws Exception {
        data("high", StreamPriority.HIGH, Integer.MAX_VALUE);
        data("normal", StreamPriority.NORMAL, Integer.MAX_VALUE);
        data("low", StreamPriority.LOW, Integer.MAX_VALUE);
        serve(17 * 17);
        assertThat(served.stream().filter("normal"::equals)).hasSize(16);
        assertThat(served.stream().filter("low"::equals)).hasSize(1);
        assertThat(served.indexOf("normal")).isEqualTo(SendOrder.BURST);
    }

    @Test
    void aClassAloneIsNotHeldUp() throws Exception {
        data("high", StreamPriority.HIGH, Integer.MAX_VALUE);
        serve(1000);
        data("normal", StreamPriority.NORMAL, 1);
        serve(2);
        assertThat(served.subList(1000, 1002)).containsExactly("normal", "high");
    }

    @Test
    void theWriterGoesWhenNothingHasComeForAWhileAndComesBackWithTheNextWork() throws Exception {
        data("first", StreamPriority.NORMAL, 1);
        assertThat(starts).isEqualTo(1);
        serve(1);
        FutureTask<WriterElection.Next> waiting = MuxedPair.async(election::await);
        environment.awaitTimers(1);
        environment.advance(IDLE);
        assertThat(waiting.get()).isEqualTo(WriterElection.Next.LEAVE);
        assertThat(starts).isEqualTo(1);
        data("second", StreamPriority.NORMAL, 1);
        assertThat(starts).isEqualTo(2);
    }

    @Test
    void theWriterStaysWhileThereIsSomethingNowAndThen() throws Exception {
        data("first", StreamPriority.NORMAL, 1);
        serve(1);
        FutureTask<WriterElection.Next> waiting = MuxedPair.async(election::await);
        environment.awaitTimers(1);
        data("second", StreamPriority.NORMAL, 1);
        assertThat(waiting.get()).isEqualTo(WriterElection.Next.SERVE);
        serve(1);
        environment.advance(IDLE); // the timer finds no sender waiting
        waiting = MuxedPair.async(election::await);
        environment.awaitTimers(1);
        queue.finish();
        assertThat(waiting.get()).isEqualTo(WriterElection.Next.END);
        election.ended();
        environment.awaitQuiet();
        assertThat(starts).isEqualTo(1);
    }

    @Test
    void whoPromisesToServeIsNotReplacedByTheWriter() throws Exception {
        queue.data(new Named("small", StreamPriority.NORMAL, 1), TURN);
        assertThat(starts).isZero();
        assertThat(election.claim()).isTrue();
        assertThat(election.claim()).as("while another serves").isFalse();
        data("beside", StreamPriority.NORMAL, 1); // the thread that serves now finds it
        assertThat(starts).isZero();
        serve(2);
        assertThat(queue.serve(null)).isFalse();
        election.release(false, false);
        assertThat(starts).isZero();
        assertThat(election.claim()).as("nothing is left").isFalse();
    }

    @Test
    void whatOneWhoServesBrieflyLeavesIsTheWriters() throws Exception {
        queue.data(new Named("much", StreamPriority.NORMAL, 5), TURN);
        assertThat(election.claim()).isTrue();
        serve(1);
        election.release(true, false);
        assertThat(starts).isEqualTo(1);
        assertThat(election.await()).isEqualTo(WriterElection.Next.SERVE);
        serve(4);
    }

    @Test
    void bytesThatWereNotTakenBringTheWriterThoughNoSenderIsQueued() throws Exception {
        queue.data(new Named("small", StreamPriority.NORMAL, 1), TURN);
        assertThat(election.claim()).isTrue();
        serve(1);
        election.release(true, false);
        assertThat(starts).isEqualTo(1);
        assertThat(election.await()).isEqualTo(WriterElection.Next.SERVE);
        assertThat(election.claim()).as("while the writer serves").isFalse();
    }

    /** They are written first, which an event loop must not wait for. */
    @Test
    void onlyTheWriterServesWhileBytesAreLeft() throws Exception {
        queue.data(new Named("first", StreamPriority.NORMAL, 1), TURN);
        assertThat(election.claim()).isTrue();
        serve(1);
        election.release(true, false);
        queue.data(new Named("second", StreamPriority.NORMAL, 1), TURN);
        assertThat(election.claim()).as("before the writer has come").isFalse();
        assertThat(election.await()).isEqualTo(WriterElection.Next.SERVE);
        serve(1);
        assertThat(served).containsExactly("first", "second");
        assertThat(queue.serve(null)).isFalse();
    }

    @Test
    void theWriterEndsNotBeforeWhoServesBriefly() throws Exception {
        queue.data(new Named("small", StreamPriority.NORMAL, 1), TURN);
        assertThat(election.claim()).isTrue();
        queue.close();
        FutureTask<WriterElection.Next> waiting = MuxedPair.async(election::await);
        environment.awaitTimers(1); // it waits
        assertThat(waiting.isDone()).isFalse();
        election.release(false, false);
        assertThat(waiting.get()).isEqualTo(WriterElection.Next.END);
    }

    @Test
    void whatComesMeanwhileIsLeftToOneWhoReturnsForIt() {
        queue.data(new Named("first", StreamPriority.NORMAL, 1), TURN);
        assertThat(election.claim()).isTrue();
        queue.data(new Named("meanwhile", StreamPriority.NORMAL, 1), TURN);
        election.release(false, true);
        assertThat(starts).isZero();
        assertThat(election.claim()).isTrue();
        queue.data(new Named("once more", StreamPriority.NORMAL, 1), TURN);
        election.release(false, false);
        assertThat(starts).isEqualTo(1);
    }

    @Test
    void whatSeveralSendAtATimeLeavesTogetherByTheWriter() throws Exception {
        queue.data(new Named("one", StreamPriority.NORMAL, 1), TURN);
        queue.data(new Named("another", StreamPriority.NORMAL, 1), TURN);
        assertThat(election.claim()).isTrue();
        serve(2);
        election.release(false, false);
        assertThat(starts).isZero();
        queue.data(new Named("third", StreamPriority.NORMAL, 1), TURN);
        assertThat(starts).as("promises do not count in a crowd").isEqualTo(1);
        assertThat(election.claim()).isFalse();
        assertThat(election.await()).isEqualTo(WriterElection.Next.SERVE);
        serve(1);
        FutureTask<WriterElection.Next> waiting = MuxedPair.async(election::await);
        environment.awaitTimers(1); // it waits, and the crowd is gone
        queue.data(new Named("alone", StreamPriority.NORMAL, 1), TURN);
        assertThat(election.claim()).isTrue();
        serve(1);
        queue.close();
        election.release(false, false);
        assertThat(waiting.get()).isEqualTo(WriterElection.Next.END);
    }

    @Test
    void whatLeavesWithOthersIsNothingToClaim() {
        queue.controlWithNext(new Named("quiet", StreamPriority.NORMAL, 0));
        assertThat(election.claim()).isFalse();
    }

    @Test
    void endsTheWriterAfterWhatIsQueuedOrAtOnce() throws Exception {
        data("last", StreamPriority.NORMAL, 1);
        queue.finish();
        assertThat(election.await()).isEqualTo(WriterElection.Next.SERVE);
        serve(1);
        assertThat(election.await()).isEqualTo(WriterElection.Next.END);
        assertThat(queue.isClosed()).isFalse();
        data("too late", StreamPriority.NORMAL, 1);
        queue.close();
        assertThat(election.await()).isEqualTo(WriterElection.Next.END);
        assertThat(queue.isClosed()).isTrue();
        assertThat(queue.serve(null)).isFalse();
    }
}
