package libp2p.node.content;

import java.util.List;
import java.util.Locale;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.multiformats.HashFunction;
import libp2p.multiformats.Multicodec;
import libp2p.node.control.Arguments;

/**
 * How files are added, by the options of Kubo's {@code add}.
 *
 * @param layout of files and directories
 * @param onlyHash whether the CIDs alone are told
 * @param pin whether the roots are pinned
 * @param wrap whether the roots are put into a directory
 * @param progress whether the bytes are told that are done
 * @param mode whether the permissions of files are kept
 * @param mtime whether the times of their last change are kept
 */
record AddOptions(
        ImportOptions layout,
        boolean onlyHash,
        boolean pin,
        boolean wrap,
        boolean progress,
        boolean mode,
        boolean mtime) {
    /** The options in a request. */
    static final List<String> OPTIONS = List.of(
            "profile",
            "cid-version",
            "raw-leaves",
            "chunker",
            "s",
            "hash",
            "max-file-links",
            "trickle",
            "t",
            "inline",
            "inline-limit",
            "only-hash",
            "n",
            "pin",
            "wrap-with-directory",
            "w",
            "progress",
            "p",
            "preserve-mode",
            "preserve-mtime",
            "empty-dirs",
            "E",
            "nocopy",
            "fscache",
            "fast-provide-root",
            "fast-provide-dag",
            "fast-provide-wait");

    private static final long INLINE = 32;

    static AddOptions of(Arguments arguments) {
        arguments.only("empty-dirs", "true");
        arguments.only("E", "true");
        arguments.only("nocopy", "false");
        arguments.only("fscache", "false");
        arguments.only("fast-provide-root", "true"); // as the strategy of the node says
        arguments.only("fast-provide-dag", "false");
        arguments.only("fast-provide-wait", "false");
        return new AddOptions(
                layout(arguments),
                arguments.has("only-hash") || arguments.has("n"),
                arguments.has("pin", true),
                arguments.has("wrap-with-directory") || arguments.has("w"),
                arguments.has("progress") || arguments.has("p"),
                arguments.has("preserve-mode"),
                arguments.has("preserve-mtime"));
    }

    private static ImportOptions layout(Arguments arguments) {
        ImportOptions options =
                switch (arguments.option("profile", "unixfs_v0_2015").toLowerCase(Locale.ROOT)) {
                    case "unixfs_v0_2015" -> ImportOptions.V0_2015;
                    case "unixfs_v1_2025" -> ImportOptions.V1_2025;
                    case String other ->
                        throw new IllegalArgumentException(
                                "the profile is unixfs_v0_2015 or unixfs_v1_2025, not \"" + other + "\"");
                };
        if (!arguments.option("cid-version", "").isEmpty()) {
            int version = number(arguments, "cid-version");
            options = options.withCidVersion(version).withRawLeaves(version == 1);
        }
        String hash = arguments.option("hash", "");
        if (!hash.isEmpty()) {
            Multicodec codec = Multicodec.of(hash);
            HashFunction function = codec == null ? null : HashFunction.of(codec.code());
            if (function == null) {
                throw new IllegalArgumentException("no hash function " + hash);
            }
            options = options.withHash(function);
            if (function != HashFunction.SHA2_256) {
                options = options.withCidVersion(1).withRawLeaves(true);
            }
        }
        if (!arguments.option("raw-leaves", "").isEmpty()) {
            options = options.withRawLeaves(arguments.has("raw-leaves"));
        }
        String chunker = arguments.option("chunker", arguments.option("s", ""));
        if (!chunker.isEmpty()) {
            options = options.withChunker(chunker);
        }
        if (!arguments.option("max-file-links", "").isEmpty()) {
            options = options.withFileLinks(number(arguments, "max-file-links"));
        }
        int inline = arguments.has("inline")
                ? (int) Math.min(Integer.MAX_VALUE, arguments.number("inline-limit", INLINE))
                : 0;
        return options.withTrickle(arguments.has("trickle") || arguments.has("t"))
                .withInline(inline);
    }

    private static int number(Arguments arguments, String name) {
        return (int) Math.min(Integer.MAX_VALUE, arguments.number(name, 0));
    }
}
