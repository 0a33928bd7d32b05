package libp2p.node.content;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import libp2p.blocks.BlockStore;
import libp2p.exchange.fetch.Fetcher;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.codec.Codec;
import libp2p.multiformats.Cid;
import libp2p.multiformats.HashFunction;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p block}. */
@Command(
        name = "block",
        description = "Single blocks.",
        mixinStandardHelpOptions = true,
        subcommands = {BlockCommand.Put.class, BlockCommand.Get.class, BlockCommand.Stat.class, BlockCommand.Rm.class})
public final class BlockCommand {
    /** {@code p2p block put}. */
    @Command(name = "put", description = "Stores blocks.", mixinStandardHelpOptions = true)
    static final class Put extends ContentCommand {
        @Parameters(paramLabel = "FILE", arity = "0..*", description = "Files; the standard input without, or for -.")
        private List<String> files = List.of("-");

        @Option(names = "--codec", defaultValue = "raw", description = "Default: ${DEFAULT-VALUE}.")
        private String codec = "raw";

        @Option(names = "--hash", defaultValue = "sha2-256", description = "Default: ${DEFAULT-VALUE}.")
        private String hash = "sha2-256";

        @Option(names = "--allow-big-block", description = "More than 2 MiB, which peers do not take.")
        private boolean big;

        @Override
        void run(ContentContext context) throws IOException {
            Multicodec content = Multicodec.of(codec);
            Multicodec function = Multicodec.of(hash);
            HashFunction hashing = function == null ? null : HashFunction.of(function.code());
            if (content == null || hashing == null) {
                throw new IllegalArgumentException("no codec " + codec + " or no hash function " + hash);
            }
            for (String file : files) {
                byte[] data = read(context, file);
                if (data.length > IpldLimits.BLOCK_BYTES && !big) {
                    throw new IllegalArgumentException(
                            "a block of more than " + IpldLimits.BLOCK_BYTES + " bytes is not taken by peers");
                }
                Codec known = Codec.of(content.code());
                if (known != null) {
                    known.decode(data);
                }
                Block block = Block.of(content.code(), hashing, data);
                context.blocks().put(block);
                told(context, block.cid(), data.length);
            }
        }

        private static byte[] read(ContentContext context, String file) throws IOException {
            int most = 8 << 20;
            if (file.equals("-")) {
                return context.in().readNBytes(most + 1);
            }
            try (InputStream in =
                    new FileInputStream(context.folder().resolve(file).toFile())) {
                return in.readNBytes(most + 1);
            }
        }

        private void told(ContentContext context, Cid cid, int bytes) {
            event(context.out(), "block", cid.toString(), "cid", cid, "bytes", bytes);
        }
    }

    /** {@code p2p block get}. */
    @Command(name = "get", description = "Writes a block to the standard output.", mixinStandardHelpOptions = true)
    static final class Get extends ContentCommand {
        @Parameters(paramLabel = "CID")
        private String cid = "";

        @Mixin
        private PeerOptions peers = new PeerOptions();

        @Override
        void run(ContentContext context) throws IOException {
            try (Fetcher fetcher = peers.fetcher(context)) {
                context.out().write(fetcher.get(Cid.parse(cid)));
                context.out().flush();
                fetcher.flush();
            }
        }
    }

    /** {@code p2p block stat}. */
    @Command(name = "stat", description = "Says how large a block is.", mixinStandardHelpOptions = true)
    static final class Stat extends ContentCommand {
        @Parameters(paramLabel = "CID")
        private String cid = "";

        @Override
        void run(ContentContext context) throws IOException {
            Cid parsed = Cid.parse(cid);
            int size = context.blocks().size(parsed);
            if (size < 0) {
                throw new BlockNotFoundException(parsed, "it is not stored here");
            }
            event(context.out(), "block", parsed + " " + size, "cid", parsed, "bytes", size);
        }
    }

    /** {@code p2p block rm}. */
    @Command(name = "rm", description = "Removes blocks, also pinned ones.", mixinStandardHelpOptions = true)
    static final class Rm extends ContentCommand {
        @Parameters(paramLabel = "CID", arity = "1..*")
        private List<String> cids = List.of();

        @Override
        void run(ContentContext context) throws IOException {
            BlockStore store = context.blocks();
            List<Multihash> hashes = new ArrayList<>();
            for (String cid : cids) {
                hashes.add(Cid.parse(cid).hash());
            }
            store.delete(hashes);
            for (String cid : cids) {
                event(context.out(), "removed", "removed " + cid, "cid", cid);
            }
        }
    }
}
