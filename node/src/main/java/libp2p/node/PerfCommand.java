package libp2p.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.node.host.ByteSize;
import libp2p.node.host.Output;
import libp2p.protocols.perf.Perf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code p2p perf}. */
@Command(name = "perf", description = "Measures upload and download with a peer.", mixinStandardHelpOptions = true)
final class PerfCommand extends DialCommand {
    private static final long DEFAULT = 100_000_000;

    @Option(
            names = "--upload",
            paramLabel = "BYTES",
            defaultValue = "0",
            converter = ByteSize.class,
            description = "Bytes to send over all streams, for example 100M or 64MiB; without --upload and --download:"
                    + " 100 MB each way.")
    private long upload;

    @Option(
            names = "--download",
            paramLabel = "BYTES",
            defaultValue = "0",
            converter = ByteSize.class,
            description = "Bytes to receive over all streams.")
    private long download;

    @Option(
            names = "--streams",
            defaultValue = "1",
            description = "Streams at the same time; default: ${DEFAULT-VALUE}.")
    private int streams;

    @Option(names = "--repeat", defaultValue = "1", description = "How often to measure; default: ${DEFAULT-VALUE}.")
    private int repeat;

    @Option(
            names = "--warmup-bytes",
            paramLabel = "BYTES",
            defaultValue = "0",
            converter = ByteSize.class,
            description = "Bytes to move each way before measuring.")
    private long warmup;

    @Override
    void run(Host host, PeerAddress peer, Output output) throws Exception {
        if (streams < 1) {
            throw new IllegalArgumentException("--streams must be at least 1");
        }
        if (upload == 0 && download == 0) {
            upload = DEFAULT;
            download = DEFAULT;
        }
        if (warmup > 0) {
            all(host, peer, upload > 0 ? warmup : 0, download > 0 ? warmup : 0);
        }
        for (int i = 0; i < repeat; i++) {
            double cpu = cpuSeconds();
            progress("uploading " + ByteSize.text(upload) + " …", upload);
            double up = upload > 0 ? all(host, peer, upload, 0) : 0;
            progress("downloading " + ByteSize.text(download) + " …", download);
            double down = download > 0 ? all(host, peer, 0, download) : 0;
            output.event(
                    "perf",
                    "up " + figures(upload, up) + ", down " + figures(download, down),
                    "upload_bytes",
                    upload,
                    "upload_s",
                    up,
                    "download_bytes",
                    download,
                    "download_s",
                    down,
                    "cpu_s",
                    cpuSeconds() - cpu);
        }
    }

    private void progress(String what, long bytes) {
        if (bytes > 0) {
            tell(what);
        }
    }

    private static String figures(long bytes, double seconds) {
        return bytes == 0
                ? "nothing"
                : "%s in %.3f s (%s/s)".formatted(ByteSize.text(bytes), seconds, ByteSize.text(bytes / seconds));
    }

    /** Splits the bytes over the streams and returns the seconds until the last has finished. */
    private double all(Host host, PeerAddress peer, long up, long down) throws Exception {
        long start = host.environment().nanoTime();
        List<FutureTask<Perf.Result>> tasks = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            long upShare = share(up, i);
            long downShare = share(down, i);
            Callable<Perf.Result> measure = () -> Perf.measure(host, peer, upShare, downShare);
            FutureTask<Perf.Result> task = new FutureTask<>(measure);
            tasks.add(task);
            host.environment().start("perf-" + i, task);
        }
        for (FutureTask<Perf.Result> task : tasks) {
            try {
                task.get();
            } catch (java.util.concurrent.ExecutionException e) {
                throw e.getCause() instanceof IOException cause ? cause : e;
            }
        }
        return (host.environment().nanoTime() - start) / 1e9;
    }

    private long share(long bytes, int index) {
        return bytes / streams + (index < bytes % streams ? 1 : 0);
    }
}
