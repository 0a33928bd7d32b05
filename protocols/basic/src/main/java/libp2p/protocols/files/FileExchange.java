package libp2p.protocols.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.datastore.Folders;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.MalformedException;

/**
 * {@code /ipfs-kit/file/1.0.0}: files by SHA-256 from any offset, so that one that was cut goes on where it ended. The
 * request is a message of hash (1) and offset (2); the answer a message of hash (1, empty if the file is not there) and
 * size (2), then the bytes from the offset on. Received bytes are kept in a file beside the target, which gets its name
 * when its hash is right. The hash is that of the whole file and judges no part of it: so a transfer that was cut goes on
 * with the peer that it was cut from, and with another one from the start. Thread-safe.
 */
public final class FileExchange extends FileService<FileExchangeLimits> {
    /** The protocol id. */
    public static final String PROTOCOL = "/ipfs-kit/file/1.0.0";

    /**
     * A file that was fetched.
     *
     * @param size bytes of it
     * @param resumed bytes of it that were here before
     */
    public record Fetched(long size, long resumed) {}

    private static final int MESSAGE_BYTES = 256;
    private static final String PART = ".part";

    private final FileSource source;

    /** With the default limits. */
    public FileExchange(FileSource source) {
        this(source, FileExchangeLimits.DEFAULT);
    }

    /** @param source of the files that peers may have */
    public FileExchange(FileSource source, FileExchangeLimits limits) {
        super(PROTOCOL, limits);
        this.source = source;
    }

    @Override
    Duration idle() {
        return limits().idle();
    }

    @Override
    void serve(Host started, Stream stream) throws IOException {
        Message request = Message.read(stream);
        FileSource.Content content = request.hash().length == Sha.BYTES ? source.find(request.hash()) : null;
        if (content == null || request.number() < 0 || request.number() > content.size()) {
            stream.write(new Message(new byte[0], 0).frame());
        } else {
            stream.write(new Message(request.hash(), content.size()).frame());
            try (InputStream in = content.open(request.number())) {
                send(started, in, content.size() - request.number(), stream.output());
            }
        }
        stream.closeWrite();
    }

    /** A message of a hash and a number; in answers the number is the size, and a hash says that the file exists. */
    private record Message(byte[] hash, long number) {
        byte[] frame() {
            return Delimited.frame(
                    new ProtobufWriter().bytes(1, hash).uint64(2, number).toByteArray());
        }

        static Message read(Stream stream) throws IOException {
            try {
                byte[] bytes = Delimited.read("file exchange", stream.input(), MESSAGE_BYTES);
                ProtobufReader in = ProtobufReader.of("file exchange", bytes, MESSAGE_BYTES, 16);
                byte[] hash = new byte[0];
                long number = 0;
                while (in.next()) {
                    switch (in.field()) {
                        case 1 -> hash = in.bytes(Sha.BYTES);
                        case 2 -> number = in.uint64();
                        default -> in.skip();
                    }
                }
                return new Message(hash, number);
            } catch (ProtobufException e) {
                throw new ProtocolViolationException(PROTOCOL, String.valueOf(e.getMessage()));
            }
        }
    }

    /**
     * Fetches a file, or the rest of it if an earlier attempt with this peer was cut; blocks.
     *
     * @param target where the file is to be; {@link #part} beside it holds what came so far, and no other part of it is left
     *     when the file is there
     * @throws ProtocolViolationException if the peer sent another file, or less than came from it before: its bytes are
     *     removed
     * @throws java.nio.file.FileSystemException if the disk has no room for the file
     * @throws NoSuchFileException if the peer does not have it
     */
    public Fetched fetch(PeerAddress peer, byte[] sha256, Path target) throws IOException {
        checkHash(sha256);
        Host started = host();
        PeerId named = peer.peer();
        Path part = part(target, named == null ? started.connect(peer).remotePeer() : named);
        MessageDigest digest = Sha.digest();
        long here = FolderSource.offload(started.environment(), () -> digested(part, digest));
        Stream stream = open(peer);
        boolean done = false;
        try {
            stream.write(new Message(sha256, here).frame());
            Message answer = Message.read(stream);
            if (!MessageDigest.isEqual(answer.hash(), sha256)) {
                throw new NoSuchFileException(
                        target.toString(), null, peer.peer() + " does not have it, or less of it than is here");
            }
            long size = answer.number();
            if (size < here || size > limits().fileBytes()) {
                Files.deleteIfExists(part);
                throw new ProtocolViolationException(
                        PROTOCOL,
                        "a file of " + Long.toUnsignedString(size) + " bytes, where " + here + " are here and "
                                + limits().fileBytes() + " the limit");
            }
            requireRoom(target, size - here);
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    OutputStream out = Channels.newOutputStream(channel.position(here))) {
                receive(stream.input(), size - here, digest, new Offloaded(started, out));
                FolderSource.offload(started.environment(), () -> {
                    channel.force(true);
                    return size;
                });
            }
            if (!MessageDigest.isEqual(digest.digest(), sha256)) {
                Files.deleteIfExists(part);
                throw new ProtocolViolationException(
                        PROTOCOL, peer.peer() + " sent another file than it was asked for");
            }
            FolderSource.offload(started.environment(), () -> {
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
                Folders.forceAround(target);
                removeParts(target);
                return size;
            });
            done = true;
            return new Fetched(size, here);
        } finally {
            if (done) {
                stream.close();
            } else {
                stream.reset(ErrorCode.NONE);
            }
        }
    }

    /**
     * Where the bytes of a file are kept until it is whole.
     *
     * @param target where the file is to be
     * @param peer that sends them
     */
    public static Path part(Path target, PeerId peer) {
        return target.resolveSibling(target.getFileName() + "." + peer + PART);
    }

    /** The rest of transfers from other peers. */
    private static void removeParts(Path target) throws IOException {
        String name = target.getFileName() + ".";
        try (java.util.stream.Stream<Path> beside =
                Files.list(target.toAbsolutePath().getParent())) {
            for (Path file : beside.toList()) {
                String other = file.getFileName().toString();
                if (other.startsWith(name) && other.endsWith(PART) && isPeer(other.substring(name.length()))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static boolean isPeer(String part) {
        try {
            PeerId.parse(part.substring(0, part.length() - PART.length()));
            return true;
        } catch (MalformedException other) {
            return false;
        }
    }

    static void requireRoom(Path target, long bytes) throws IOException {
        long room = Files.getFileStore(target.toAbsolutePath().getParent()).getUsableSpace();
        if (bytes > room) {
            throw new FileSystemException(
                    target.toString(), null, "the disk has room for " + room + " bytes, the peer has " + bytes);
        }
    }

    private static long digested(Path part, MessageDigest digest) throws IOException {
        if (!Files.exists(part)) {
            return 0;
        }
        try (InputStream in = Files.newInputStream(part)) {
            Sha.update(digest, in);
        }
        return Files.size(part);
    }

    /** Writes to the disk on the threads that are for it. */
    private static final class Offloaded extends OutputStream {
        private final Host host;
        private final OutputStream out;

        Offloaded(Host host, OutputStream out) {
            this.host = host;
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            FolderSource.offload(host.environment(), () -> {
                out.write(source, offset, length);
                return length;
            });
        }
    }
}
