package libp2p.pubsub.network;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import libp2p.pubsub.network.Attack.Result;

/** Keeps the result of a run, so that a report can be put together from runs at different times. */
final class ResultFile {
    /** Of all delays so many are kept, evenly spread over the sorted ones. */
    private static final int DELAYS = 1_001;

    private ResultFile() {}

    static void write(Path file, Result result) throws IOException {
        Files.createDirectories(file.getParent());
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(unfinished))) {
            out.writeDouble(result.delivered());
            out.writeLong(result.p50());
            out.writeLong(result.p99());
            out.writeLong(result.worst99());
            out.writeDouble(result.sybilShare());
            out.writeDouble(result.sybilPeak());
            out.writeLong(result.bytes());
            out.writeInt(result.onset());
            write(out, result.shares());
            write(out, result.honestScores());
            write(out, result.sybilScores());
            long[] delays = result.delays();
            int count = Math.min(DELAYS, delays.length);
            out.writeInt(count);
            for (int i = 0; i < count; i++) {
                out.writeLong(delays[(int) ((delays.length - 1L) * i / Math.max(1, count - 1))]);
            }
            out.writeDouble(result.lowestHonest());
            out.writeInt(result.honestExchanged());
            out.writeLong(result.trace());
            out.writeDouble(result.cost().wall());
            out.writeDouble(result.cost().processor());
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void write(DataOutputStream out, List<Double> values) throws IOException {
        out.writeInt(values.size());
        for (double value : values) {
            out.writeDouble(value);
        }
    }

    static Result read(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            double delivered = in.readDouble();
            long p50 = in.readLong();
            long p99 = in.readLong();
            long worst = in.readLong();
            double share = in.readDouble();
            double peak = in.readDouble();
            long bytes = in.readLong();
            int onset = in.readInt();
            List<Double> shares = list(in);
            List<Double> honest = list(in);
            List<Double> sybils = list(in);
            long[] delays = new long[in.readInt()];
            for (int i = 0; i < delays.length; i++) {
                delays[i] = in.readLong();
            }
            double lowest = in.readDouble();
            int exchanged = in.readInt();
            return new Result(
                    delivered,
                    p50,
                    p99,
                    worst,
                    share,
                    peak,
                    bytes,
                    onset,
                    shares,
                    honest,
                    sybils,
                    delays,
                    lowest,
                    exchanged,
                    in.readLong(),
                    new Attack.Cost(in.readDouble(), in.readDouble()));
        }
    }

    private static List<Double> list(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(in.readDouble());
        }
        return values;
    }
}
