package libp2p.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import libp2p.streams.StreamState.Abort;
import libp2p.streams.StreamState.Sending;
import org.junit.jupiter.api.Test;

/** Every state that a stream can come into, and what each input makes of it. */
class StreamStateTest {
    private enum Input {
        ANNOUNCE(StreamState::announce),
        FINISH(StreamState::finish),
        FIN_WRITTEN(StreamState::finWritten),
        BREAK(StreamState::breakSending),
        REMOTE_FINISH(StreamState::remoteFinish),
        DISCARD(StreamState::discard),
        RESET(state -> state.reset(7)),
        RESET_WRITTEN(StreamState::resetWritten),
        REMOTE_RESET(state -> state.remoteReset(9)),
        CONNECTION_END(StreamState::connectionEnd);

        final Consumer<StreamState> act;

        Input(Consumer<StreamState> act) {
            this.act = act;
        }

        /** The writer reports only what it has done. */
        boolean isPossible(View view) {
            return switch (this) {
                case FIN_WRITTEN ->
                    view.sending == Sending.FINISHING
                            && view.abort != Abort.LOCAL_RESET
                            && view.abort != Abort.REMOTE_RESET;
                case RESET_WRITTEN -> view.resetPending;
                default -> true;
            };
        }
    }

    /** Everything that can be asked of a state. */
    private record View(
            Sending sending,
            Abort abort,
            long code,
            boolean remoteFinished,
            boolean discarding,
            boolean receiving,
            boolean readable,
            boolean announced,
            boolean resetPending,
            boolean ended,
            boolean forgotten) {
        static View of(StreamState state) {
            return new View(
                    state.sending(),
                    state.abort(),
                    state.code(),
                    state.isRemoteFinished(),
                    state.isDiscarding(),
                    state.isReceiving(),
                    state.isReadable(),
                    state.isAnnounced(),
                    state.resetPending(),
                    state.isEnded(),
                    state.isForgotten());
        }
    }

    private static StreamState after(boolean announced, List<Input> inputs) {
        StreamState state = new StreamState(announced);
        inputs.forEach(input -> input.act.accept(state));
        return state;
    }

    /** The shortest way to every state that can be reached. */
    private static Map<View, List<Input>> reachable(boolean announced) {
        Map<View, List<Input>> ways = new HashMap<>();
        ArrayDeque<List<Input>> open = new ArrayDeque<>();
        open.add(List.of());
        ways.put(View.of(after(announced, List.of())), List.of());
        while (!open.isEmpty()) {
            List<Input> way = open.remove();
            View from = View.of(after(announced, way));
            for (Input input : Input.values()) {
                if (input.isPossible(from)) {
                    List<Input> longer = new ArrayList<>(way);
                    longer.add(input);
                    View view = View.of(after(announced, longer));
                    if (ways.putIfAbsent(view, longer) == null) {
                        open.add(longer);
                    }
                }
            }
        }
        return ways;
    }

    @Test
    void keepsItsPromisesInEveryStateAndForEveryInput() {
        int states = 0;
        for (boolean announced : new boolean[] {true, false}) {
            Map<View, List<Input>> ways = reachable(announced);
            states += ways.size();
            ways.forEach((view, way) -> {
                checkState(view, way);
                for (Input input : Input.values()) {
                    if (input.isPossible(view)) {
                        StreamState next = after(announced, way);
                        input.act.accept(next);
                        checkStep(view, input, View.of(next), way);
                    }
                }
            });
        }
        assertThat(states).isGreaterThan(80);
    }

    private static void checkState(View view, List<Input> way) {
        boolean bothFinished = view.sending == Sending.FINISHED && view.remoteFinished;
        assertThat(view.ended).as("%s", way).isEqualTo(view.abort != Abort.NONE || bothFinished);
        assertThat(view.forgotten).as("%s", way).isEqualTo(view.ended && !view.resetPending);
        if (view.resetPending) {
            assertThat(view.abort).as("%s", way).isEqualTo(Abort.LOCAL_RESET);
            assertThat(view.announced).as("%s", way).isTrue();
        }
        assertThat(view.receiving).as("%s", way).isEqualTo(view.abort == Abort.NONE && !view.remoteFinished);
        if (view.discarding || view.abort == Abort.LOCAL_RESET) {
            assertThat(view.readable).as("%s", way).isFalse();
        } else if (view.remoteFinished || view.abort == Abort.NONE) {
            assertThat(view.readable).as("%s", way).isTrue();
        } else {
            assertThat(view.readable).as("%s", way).isFalse();
        }
        long code = view.abort == Abort.LOCAL_RESET ? 7 : view.abort == Abort.REMOTE_RESET ? 9 : 0;
        assertThat(view.code).as("%s", way).isEqualTo(code);
    }

    private static void checkStep(View from, Input input, View to, List<Input> way) {
        String what = way + " then " + input;
        if (from.ended) {
            assertThat(to.ended).as("%s: ended stays ended", what).isTrue();
            assertThat(to.abort).as("%s: the first end counts", what).isEqualTo(from.abort);
            assertThat(to.remoteFinished).as("%s", what).isEqualTo(from.remoteFinished);
        }
        if (from.forgotten) {
            assertThat(to.forgotten).as("%s: forgotten stays forgotten", what).isTrue();
        }
        if (from.sending == Sending.BROKEN) {
            assertThat(to.sending)
                    .as("%s: no FIN after a write that was cut short", what)
                    .isEqualTo(Sending.BROKEN);
        }
        if (from.remoteFinished) {
            assertThat(to.remoteFinished).as("%s", what).isTrue();
        }
        if (!from.readable) {
            assertThat(to.readable).as("%s", what).isFalse();
        }
        if (from.readable && !to.readable) {
            assertThat(input).as("%s", what).isIn(Input.DISCARD, Input.RESET, Input.REMOTE_RESET, Input.CONNECTION_END);
        }
        if (input == Input.RESET && !from.ended) {
            assertThat(to.abort).as("%s", what).isEqualTo(Abort.LOCAL_RESET);
            assertThat(to.resetPending).as("%s: told only who knows", what).isEqualTo(from.announced);
        }
        if (input == Input.REMOTE_RESET || input == Input.CONNECTION_END) {
            assertThat(to.forgotten).as("%s: nothing is left to say", what).isTrue();
        }
    }

    @Test
    void reportsNewsOnce() {
        StreamState state = new StreamState(true);
        assertThat(state.remoteFinish()).isTrue();
        assertThat(state.remoteFinish()).isFalse();
        assertThat(state.discard()).isTrue();
        assertThat(state.discard()).isFalse();
        assertThat(state.finish()).isTrue();
        assertThat(state.finish()).isFalse();
        state.finWritten();
        assertThat(state.reset(1)).as("it has ended").isFalse();
        assertThat(state.remoteReset(1)).isFalse();
        assertThat(state.connectionEnd()).isFalse();
    }

    @Test
    void everyStateOfSendingIsReached() {
        Map<Sending, Boolean> seen = new EnumMap<>(Sending.class);
        reachable(true).keySet().forEach(view -> seen.put(view.sending, true));
        assertThat(seen).hasSize(Sending.values().length);
    }
}
