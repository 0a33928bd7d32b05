package libp2p.filecoin;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import libp2p.core.environment.Environment;

/** The CARs of deals that are not sealed yet: a file each. One thread a deal at a time. */
final class StagedCars {
    private static final int PIECE = 1 << 18;
    private static final String EXTENSION = ".car";
    private static final String NAME = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.car";

    private final Environment environment;
    private final Path folder;

    StagedCars(Environment environment, Path folder) {
        this.environment = environment;
        this.folder = folder;
    }

    Path file(UUID deal) {
        return folder.resolve(deal + EXTENSION);
    }

    private <T> T offload(Callable<T> call) throws IOException {
        try {
            return environment.offload(call);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a CAR was read or written");
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** The deals of all CARs that are here; other files are passed over. */
    List<UUID> all() throws IOException {
        return offload(() -> {
            List<UUID> deals = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + EXTENSION)) {
                for (Path car : files) {
                    String name = String.valueOf(car.getFileName());
                    if (name.matches(NAME)) {
                        deals.add(UUID.fromString(name.substring(0, name.length() - EXTENSION.length())));
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            return deals;
        });
    }

    /** Bytes that are here. */
    long size(UUID deal) throws IOException {
        Path file = file(deal);
        return offload(() -> Files.exists(file) ? Files.size(file) : 0L);
    }

    /** Appends bytes behind those that are here. */
    void append(UUID deal, byte[] bytes, int length) throws IOException {
        Path file = file(deal);
        offload(() -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                ByteBuffer source = ByteBuffer.wrap(bytes, 0, length);
                while (source.hasRemaining()) {
                    channel.write(source);
                }
            }
            return length;
        });
    }

    /** Takes a file in place of what is here. */
    void replace(UUID deal, Path car) throws IOException {
        Path file = file(deal);
        offload(() -> Files.copy(car, file, StandardCopyOption.REPLACE_EXISTING));
    }

    /** Makes what is here durable. */
    void force(UUID deal) throws IOException {
        Path file = file(deal);
        offload(() -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            return file;
        });
    }

    /** The commitment to the piece. */
    PieceCommitment.Piece commitment(UUID deal) throws IOException {
        Path file = file(deal);
        PieceCommitment commitment = new PieceCommitment();
        byte[] piece = new byte[PIECE];
        try (InputStream in = offload(() -> Files.newInputStream(file))) {
            while (true) {
                int count = offload(() -> in.readNBytes(piece, 0, PIECE));
                if (count == 0) {
                    break;
                }
                commitment.write(piece, 0, count);
                environment.yieldCarrier();
            }
        }
        if (commitment.count() < PieceCommitment.LEAST) {
            throw new DealException("a CAR of " + commitment.count() + " bytes is no piece", null, false);
        }
        return commitment.finish();
    }

    void delete(UUID deal) throws IOException {
        Path file = file(deal);
        offload(() -> Files.deleteIfExists(file));
    }
}
