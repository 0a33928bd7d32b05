package libp2p.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.Registration;
import libp2p.growth.Scene.Victim;
import libp2p.simulator.SimulatedEnvironment;

/**
 * Attacks the handlers of protocols by streams: valid messages with new ids, halves, lengths beyond every limit, random
 * bytes, silence until the deadline, resets and ends at every place. After five streams the next come from a new peer,
 * which is as hostile where the victim asks it.
 */
final class StreamDriver implements HostileDriver {
    private static final int STREAMS_OF_A_PEER = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    /** Longer than every deadline of a stream that has not been agreed on, or whose peer is silent. */
    private static final Duration DEADLINES = Duration.ofMinutes(5);

    private static final int MOST_GARBAGE = 600;
    private static final int MOST_READ = 1 << 17;
    private static final byte[] OVERSIZED = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07};

    /** Makes messages. */
    interface Message {
        /** A valid message as it goes over a stream, with ids, keys and names that were never there before. */
        byte[] make(RandomGenerator random, Host stranger) throws IOException;
    }

    /** The conduct of a victim when a stranger has come. */
    interface Meeting {
        /** Begins; what it returns is closed when the stranger has gone. */
        Registration with(Victim victim, Host stranger) throws Exception;
    }

    private record Input(String protocol, Message message) {}

    private final String name;
    private final Set<Class<?>> covers;
    private final List<Bound> bounds = new ArrayList<>();
    private final SequencedMap<String, Object> limits = new LinkedHashMap<>();
    private final List<Input> inputs = new ArrayList<>();
    private final List<Input> answers = new ArrayList<>();
    private Consumer<HostBuilder> services = host -> {};
    private boolean wholePeer;
    private Meeting meeting = (victim, stranger) -> () -> {};

    /** @param covers the handlers that the protocols reach */
    StreamDriver(String name, Class<?>... covers) {
        this.name = name;
        this.covers = Set.of(covers);
    }

    /** Bounds what the victim holds so closely that it is full before anything is counted. */
    StreamDriver limit(String limit, Object value) {
        limits.put(limit, value);
        return this;
    }

    StreamDriver bound(Bound bound) {
        bounds.add(bound);
        return this;
    }

    /** Attacks a protocol; several are taken in turn. Without any, each meeting is an operation, and asks the stranger. */
    StreamDriver on(String protocol, Message message) {
        inputs.add(new Input(protocol, message));
        return this;
    }

    /** Answers, where the victim opens a stream to a stranger. */
    StreamDriver answers(String protocol, Message message) {
        answers.add(new Input(protocol, message));
        return this;
    }

    /** The services of the victim. */
    StreamDriver victim(Consumer<HostBuilder> value) {
        services = value;
        return this;
    }

    /** Attacks a whole peer, with services of its own. */
    StreamDriver wholePeer() {
        wholePeer = true;
        return this;
    }

    StreamDriver meeting(Meeting value) {
        meeting = value;
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Class<?>> covers() {
        return covers;
    }

    @Override
    public List<Bound> bounds() {
        return bounds;
    }

    @Override
    public SequencedMap<String, Object> limits() {
        return limits;
    }

    private enum Way {
        VALID,
        THREE_VALID,
        VALID_AND_RESET,
        HALF_AND_RESET,
        HALF_AND_END,
        OVERSIZED,
        GARBAGE,
        FRAMED_GARBAGE,
        SILENCE,
        HALF_AND_SILENCE
    }

    @Override
    public Attack begin(Scene scene) throws IOException {
        return new Streams(scene, wholePeer ? scene.peer(limits) : scene.victim(Scene.TCP, limits, services));
    }

    private final class Streams implements Attack {
        private final Scene scene;
        private final Victim victim;
        private final RandomGenerator random;
        private int number;
        private int answered;

        Streams(Scene scene, Victim victim) {
            this.scene = scene;
            this.victim = victim;
            this.random = scene.random();
        }

        @Override
        public void operate(int count) throws Exception {
            int[] before = inbound();
            answered = 0;
            for (int done = 0; done < count; done += STREAMS_OF_A_PEER) {
                SimulatedEnvironment machine = scene.stranger();
                Host stranger = Libp2p.host()
                        .environment(machine)
                        .security("noise")
                        .listen("/ip4/" + machine.addresses().getFirst().getHostAddress() + Scene.TCP)
                        .start();
                try {
                    answers.forEach(
                            input -> stranger.handle(input.protocol(), stream -> answer(stranger, stream, input)));
                    strike(stranger);
                } finally {
                    stranger.close();
                }
            }
            scene.sleep(DEADLINES);
            int[] after = inbound();
            for (int i = 0; i < after.length; i++) {
                assertThat(after[i] - before[i])
                        .as(
                                "streams of %s that have reached the victim",
                                inputs.get(i).protocol())
                        .isGreaterThan(count / inputs.size() / 3);
            }
            if (inputs.isEmpty()) {
                assertThat(answered).as("questions of the victim").isGreaterThan(count / 3);
            }
        }

        private int[] inbound() {
            return inputs.stream()
                    .mapToInt(input -> victim.inbound(input.protocol()))
                    .toArray();
        }

        private void strike(Host stranger) throws Exception {
            stranger.connect(victim.address());
            if (inputs.isEmpty()) {
                for (int i = 0; i < STREAMS_OF_A_PEER; i++) {
                    meeting.with(victim, stranger).close();
                }
                return;
            }
            List<Stream> silent = new ArrayList<>();
            try (Registration met = meeting.with(victim, stranger)) {
                for (int i = 0; i < STREAMS_OF_A_PEER; i++) {
                    Input input = inputs.get(number % inputs.size());
                    Way way = Way.values()[(number / inputs.size()) % Way.values().length];
                    number++;
                    try {
                        Stream stream = stranger.open(victim.address(), input.protocol());
                        if (!strike(stream, way, input, stranger)) {
                            silent.add(stream);
                        }
                    } catch (IOException refused) {
                        assertThat(refused.getMessage()).isNotEmpty();
                    }
                }
                if (!silent.isEmpty() && random.nextBoolean()) {
                    scene.sleep(DEADLINES);
                }
            }
        }

        private void answer(Host stranger, Stream stream, Input input) throws Exception {
            answered++;
            Way[] ways = Way.values();
            Way way = ways[Math.max(0, random.nextInt(-ways.length, ways.length))]; // half of the answers are valid
            stream.read(ByteBuffer.allocate(1 << 12));
            if (!strike(stream, way, input, stranger)) {
                stream.readTimeout(DEADLINES);
                read(stream);
            }
        }

        /** False if the stream is left open. */
        private boolean strike(Stream stream, Way way, Input input, Host stranger) throws IOException {
            stream.readTimeout(PATIENCE);
            stream.writeTimeout(PATIENCE);
            byte[] message = input.message().make(random, stranger);
            byte[] half = Arrays.copyOf(message, message.length / 2);
            switch (way) {
                case VALID -> exchange(stream, message);
                case THREE_VALID -> {
                    stream.write(message);
                    stream.write(input.message().make(random, stranger));
                    exchange(stream, input.message().make(random, stranger));
                }
                case VALID_AND_RESET -> {
                    stream.write(message);
                    stream.reset(ErrorCode.NONE);
                }
                case HALF_AND_RESET -> {
                    stream.write(half);
                    stream.reset(ErrorCode.NONE);
                }
                case HALF_AND_END -> exchange(stream, half);
                case OVERSIZED -> {
                    stream.write(OVERSIZED);
                    exchange(stream, message);
                }
                case GARBAGE -> exchange(stream, garbage());
                case FRAMED_GARBAGE -> exchange(stream, Messages.framed(garbage()));
                case SILENCE -> {
                    return false;
                }
                case HALF_AND_SILENCE -> {
                    stream.write(half);
                    return false;
                }
            }
            return true;
        }

        private byte[] garbage() {
            byte[] bytes = new byte[1 + random.nextInt(MOST_GARBAGE)];
            random.nextBytes(bytes);
            return bytes;
        }

        private void read(Stream stream) throws IOException {
            ByteBuffer answer = ByteBuffer.allocate(4096);
            int read = 0;
            while (read < MOST_READ && stream.read(answer) >= 0) {
                read += answer.position();
                answer.clear();
            }
        }

        /** Reads the answer, or its beginning, and ends the stream. */
        private void exchange(Stream stream, byte[] bytes) throws IOException {
            try {
                stream.write(bytes);
                stream.closeWrite();
                read(stream);
            } finally {
                stream.reset(ErrorCode.NONE);
            }
        }

        @Override
        public void close() throws Exception {
            victim.close();
        }
    }
}
