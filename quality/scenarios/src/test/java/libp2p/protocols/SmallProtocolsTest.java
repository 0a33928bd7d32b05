package libp2p.protocols;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.messaging.MessageCodec;
import libp2p.protocols.fetch.Fetch;
import libp2p.protocols.files.FileExchange;
import libp2p.protocols.files.FileShare;
import libp2p.protocols.files.FileSource;
import libp2p.protocols.files.FolderSource;
import libp2p.protocols.request.JsonRequestLimits;
import libp2p.protocols.request.JsonRequests;
import libp2p.protocols.request.RequestLimits;
import libp2p.protocols.request.RequestResponse;
import libp2p.scenarios.lossy.LossyDisk;
import libp2p.scenarios.lossy.LossyFileSystem;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetch, requests and files between whole hosts (simulated time). */
class SmallProtocolsTest {
    @TempDir
    private Path folder;

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    private static byte[] sha256(byte[] data) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(data);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void valuesAreFetchedByTheLongestPrefixOfTheirKey() {
        World.underSeeds(2, world -> {
            Fetch served = new Fetch();
            served.register("/v/", (peer, key) -> text(key).endsWith("none") ? null : bytes("v of " + text(key)));
            served.register("/b/", (peer, key) -> Arrays.copyOfRange(key, 3, key.length));
            served.register("/v/broken/", (peer, key) -> {
                throw new IOException("disk");
            });
            TestNode server = world.node("server", builder -> builder.with(served));
            Fetch asking = new Fetch();
            world.node("client", builder -> builder.with(asking));
            assertThat(asking.fetch(server.address(), "/v/1")).contains(bytes("v of /v/1"));
            assertThat(asking.fetch(server.address(), new byte[] {'/', 'b', '/', 0, -1, -128}))
                    .contains(new byte[] {0, -1, -128});
            assertThat(asking.fetch(server.address(), new byte[0])).isEmpty();
            assertThat(asking.fetch(server.address(), "/v/none")).isEmpty();
            assertThat(asking.fetch(server.address(), "/w/1")).isEmpty();
            assertThatThrownBy(() -> asking.fetch(server.address(), "/v/broken/1"))
                    .isInstanceOf(ProtocolViolationException.class);
            assertThatThrownBy(() -> asking.fetch(server.address(), "/v/" + "x".repeat(5000)))
                    .isInstanceOf(IOException.class);
        });
    }

    @Test
    void requestsAndResponsesAreFramedByTheEndOfTheStreamAndBounded() {
        World.underSeeds(2, world -> {
            RequestLimits limits = new RequestLimits(1000, 2000, Duration.ofSeconds(10));
            RequestResponse<byte[], byte[]> protocol =
                    new RequestResponse<>("/test/1", MessageCodec.BYTES, MessageCodec.BYTES, limits);
            TestNode server = world.node("server");
            protocol.serve(server.host(), (peer, request) -> switch (request.length) {
                case 0 -> content(2001);
                case 1 -> {
                    world.sleep(Duration.ofSeconds(20));
                    yield request;
                }
                default -> request;
            });
            TestNode client = world.node("client");
            assertThat(protocol.ask(client.host(), server.address(), content(1000)))
                    .isEqualTo(content(1000));
            assertThatThrownBy(() -> protocol.ask(client.host(), server.address(), content(1001)))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> protocol.ask(client.host(), server.address(), new byte[0]))
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessageContaining("more than 2000 bytes");
            assertThatThrownBy(() -> protocol.ask(client.host(), server.address(), new byte[1]))
                    .isInstanceOf(DeadlineExceededException.class);
            world.sleep(Duration.ofMinutes(1));
        });
    }

    @Test
    void jsonRequestsHaveNoLengthAndAreRefusedWhenTheyAreNoObjectsOfText() {
        World.underSeeds(2, world -> {
            JsonRequestLimits limits = new JsonRequestLimits(2000, Duration.ofSeconds(10));
            JsonRequests served = new JsonRequests(
                    (peer, data) -> {
                        if (data.equals("fail")) {
                            throw new IOException("no \"way\"\n");
                        }
                        return "Processed: " + data;
                    },
                    limits);
            TestNode server = world.node("server", builder -> builder.with(served));
            JsonRequests asking = new JsonRequests((peer, data) -> data, limits);
            TestNode client = world.node("client", builder -> builder.with(asking));
            assertThat(asking.ask(server.address(), "1", "wörld \"x\" \\ \u0001"))
                    .isEqualTo(new JsonRequests.Response("1", "Processed: wörld \"x\" \\ \u0001", ""));
            assertThat(asking.ask(server.address(), "2", "fail").error()).isEqualTo("no \"way\"\n");
            for (String wrong : new String[] {
                "[]",
                "{\"id\":1}",
                "{\"id\":\"a\"",
                "{\"id\":\"a\",\"id\":\"b\"}",
                "{\"a\":{\"b\":\"c\"}}",
                "null",
                "{\"id\":\"\\x\"}",
                "{\"a\":\"" + "y".repeat(3000) + "\"}"
            }) {
                try (Stream stream = client.open(server, JsonRequests.PROTOCOL)) {
                    stream.write(bytes(wrong));
                    assertThatThrownBy(
                                    () -> { // the reset may overtake the answer to the proposal
                                        stream.closeWrite();
                                        stream.input().readAllBytes();
                                    })
                            .as(wrong)
                            .isInstanceOf(IOException.class);
                }
            }
            try (Stream stream = client.open(server, JsonRequests.PROTOCOL)) { // as another encoder may write it
                stream.write(bytes(" { \"data\" : \"a\\u0062c\" , \"id\" : \"\\/7\" } "));
                assertThat(new String(stream.input().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("{\"id\":\"/7\",\"result\":\"Processed: abc\"}\n");
            }
        });
    }

    /** One file in memory. */
    private static FileSource one(byte[] hash, byte[] content) {
        return wanted -> !MessageDigest.isEqual(wanted, hash)
                ? null
                : new FileSource.Content() {
                    @Override
                    public long size() {
                        return content.length;
                    }

                    @Override
                    public InputStream open(long offset) {
                        return new ByteArrayInputStream(content, (int) offset, content.length - (int) offset);
                    }
                };
    }

    @Test
    void filesAreSharedByTheirHashAndOthersAreRefused() {
        World.underSeeds(2, world -> {
            byte[] content = content(300_000);
            byte[] hash = sha256(content);
            Path file = Files.write(folder.resolve("file-" + world.hashCode()), content);
            TestNode server = world.node("server", builder -> builder.with(new FileShare(one(hash, content))));
            TestNode liar = world.node("liar", builder -> builder.with(new FileShare(one(hash, content(300_001)))));
            TestNode boaster = world.node("boaster");
            boaster.host().handle(FileShare.PROTOCOL, stream -> {
                stream.input().readNBytes(32);
                stream.write(ByteBuffer.allocate(8).putLong(0, Long.MAX_VALUE));
            });
            FileShare asking = new FileShare(wanted -> null);
            world.node("client", builder -> builder.with(asking));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThat(asking.fetch(server.address(), hash, out)).contains(300_000L);
            assertThat(out.toByteArray()).isEqualTo(content).isEqualTo(Files.readAllBytes(file));
            assertThat(asking.fetch(server.address(), sha256(new byte[1]), out)).isEmpty();
            assertThat(asking.fetch(server.address(), sha256(new byte[0]), out)).contains(0L);
            assertThatThrownBy(() -> asking.fetch(liar.address(), hash, OutputStream.nullOutputStream()))
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessageContaining("another file");
            assertThatThrownBy(() -> asking.fetch(boaster.address(), hash, OutputStream.nullOutputStream()))
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessageContaining("the limit is");
        });
    }

    /** A stranger says how large a file is: what the disk has no room for is not begun. */
    @Test
    void aFileThatIsLargerThanTheDiskHasRoomForIsNotBegun() {
        World.underSeeds(2, world -> {
            byte[] content = content(2_000_000);
            byte[] hash = sha256(content);
            TestNode server = world.node("server", builder -> builder.with(new FileExchange(one(hash, content))));
            FileExchange asking = new FileExchange(wanted -> null);
            world.node("client", builder -> builder.with(asking));
            LossyDisk disk = new LossyDisk();
            Path target = new LossyFileSystem(disk).getPath("/file");
            disk.capacity(1_999_999);
            assertThatThrownBy(() -> asking.fetch(server.address(), hash, target))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("the disk has room for 1999999 bytes");
            assertThat(disk.used()).isZero();
            disk.capacity(2_000_000);
            assertThat(asking.fetch(server.address(), hash, target)).isEqualTo(new FileExchange.Fetched(2_000_000, 0));
            assertThat(Files.readAllBytes(target)).isEqualTo(content);
        });
    }

    @Test
    void aFileThatWasCutGoesOnWhereItEndedAndOneThatIsAnotherIsRemoved() {
        World.underSeeds(2, world -> {
            byte[] content = content(2_000_000);
            byte[] hash = sha256(content);
            Path target = folder.resolve("target-" + world.hashCode());
            FolderSource source = new FolderSource(world.machine("disk"));
            TestNode server = world.node("server", builder -> builder.with(new FileExchange(source)));
            assertThat(source.add(Files.write(folder.resolve("source-" + world.hashCode()), content)))
                    .isEqualTo(hash);
            TestNode cutting = world.node(
                    "cutting",
                    builder -> builder.with(new FileExchange(wanted -> {
                        FileSource.Content whole = one(hash, content).find(wanted);
                        return whole == null
                                ? null
                                : new FileSource.Content() {
                                    @Override
                                    public long size() {
                                        return whole.size();
                                    }

                                    @Override
                                    public InputStream open(long offset) {
                                        return new ByteArrayInputStream(content, (int) offset, 1_200_000);
                                    }
                                };
                    })));
            FileExchange asking = new FileExchange(wanted -> null);
            world.node("client", builder -> builder.with(asking));
            assertThatThrownBy(() -> asking.fetch(cutting.address(), hash, target))
                    .isInstanceOf(IOException.class);
            Path part = FileExchange.part(target, cutting.id());
            long here = Files.size(part);
            assertThat(here).isBetween(500_000L, 1_200_000L);
            assertThat(asking.fetch(cutting.address(), hash, target))
                    .isEqualTo(new FileExchange.Fetched(2_000_000, here));
            assertThat(Files.readAllBytes(target)).isEqualTo(content);
            assertThat(part).doesNotExist();
            Files.delete(target);

            // What came from another peer is not added to, whatever it is.
            Files.write(part, content(10));
            assertThat(asking.fetch(server.address(), hash, target)).isEqualTo(new FileExchange.Fetched(2_000_000, 0));
            assertThat(Files.readAllBytes(target)).isEqualTo(content);
            assertThat(part).as("not needed any more").doesNotExist();

            Path own = FileExchange.part(target, server.id());
            Files.write(own, content(10)); // what was here is of another file
            assertThatThrownBy(() -> asking.fetch(server.address(), hash, target))
                    .isInstanceOf(ProtocolViolationException.class);
            assertThat(own).doesNotExist();
            Files.write(own, new byte[2_000_001]); // or more than it has
            assertThatThrownBy(() -> asking.fetch(server.address(), hash, target))
                    .isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(() -> asking.fetch(server.address(), sha256(new byte[5]), target))
                    .isInstanceOf(NoSuchFileException.class);
        });
    }
}
