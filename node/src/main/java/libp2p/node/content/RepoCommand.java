package libp2p.node.content;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.exchange.fetch.Fetcher;
import libp2p.ipfs.Verification;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code p2p repo}. */
@Command(
        name = "repo",
        description = "The content of a data directory as a whole.",
        mixinStandardHelpOptions = true,
        subcommands = RepoCommand.Verify.class)
public final class RepoCommand {
    /** {@code p2p repo verify}. */
    @Command(
            name = "verify",
            description = "Reads every block, says which are damaged and which pins are not whole, and ends with 1 if"
                    + " anything is wrong. Removes nothing; others may read and write meanwhile.",
            mixinStandardHelpOptions = true)
    static final class Verify extends ContentCommand {
        @Option(
                names = "--heal",
                description = "Get what pins lack from peers again, and say what is still missing; ends with 0 if all"
                        + " pins are whole then.")
        private boolean heal;

        @Option(
                names = "--accept-pins",
                description = "Take the pins that are there for all that there should be, after their file was lost or"
                        + " damaged: gc removes what is below none of them.")
        private boolean acceptPins;

        @Mixin
        private PeerOptions peers = new PeerOptions();

        @Override
        void run(ContentContext context) throws IOException {
            String doubt = doubt(context);
            Verification verification = new Verification(context.store());
            List<Verification.Damage> damages;
            try (Progress progress = progress(context, "verifying")) {
                damages = verification.read(progress::add);
            }
            List<Verification.Lack> lacks = verification.lacks();
            told(context, damages, lacks);
            if (heal) {
                lacks = heal(context, verification, lacks);
            }
            Set<Cid> broken = new LinkedHashSet<>();
            lacks.forEach(lack -> broken.add(lack.pin().cid()));
            event(
                    context.out(),
                    "verified",
                    "verified " + verification.blocks() + " blocks of " + verification.bytes() + " bytes: "
                            + damages.size() + " damaged, " + broken.size() + " pins not whole",
                    "blocks",
                    verification.blocks(),
                    "bytes",
                    verification.bytes(),
                    "damaged",
                    damages.size(),
                    "broken",
                    broken.size(),
                    "missing",
                    lacks.size());
            context.out().flush();
            if (doubt != null) {
                throw new IOException(
                        doubt + ". Pin again what is missing, or put the file back; or go on with the pins that are"
                                + " there: --accept-pins");
            }
            boolean isIll = damages.stream().anyMatch(damage -> !heal || !damage.isMissing());
            if (!broken.isEmpty() || isIll) {
                throw new IOException(damages.size() + " blocks are damaged and " + broken.size()
                        + " pins are not whole"
                        + (heal ? ": no peer that was asked has what is missing" : "; --heal gets what pins lack"));
            }
        }

        /** Why the pins are not to be relied on, or null. */
        private @org.jspecify.annotations.Nullable String doubt(ContentContext context) throws IOException {
            String doubt = context.store().pins().doubt();
            if (doubt != null && acceptPins) {
                context.store().pins().accept();
                int count = context.store().pins().list().size();
                event(context.out(), "accepted", "accepted " + count + " pins; " + doubt, "pins", count);
                return null;
            }
            return doubt;
        }

        private void told(ContentContext context, List<Verification.Damage> damages, List<Verification.Lack> lacks) {
            Map<Multihash, Cid> named = new HashMap<>();
            lacks.forEach(lack -> named.put(lack.cid().hash(), lack.cid()));
            for (Verification.Damage damage : damages) {
                Multihash hash = damage.hash();
                Cid cid = hash == null ? null : named.get(hash);
                if (hash == null) {
                    event(context.out(), "damaged", "damaged: " + damage.reason(), "details", damage.reason());
                } else {
                    Object name = cid == null ? hash : cid;
                    event(
                            context.out(),
                            "damaged",
                            "damaged " + name + ": " + damage.reason(),
                            cid == null ? "multihash" : "cid",
                            name,
                            "details",
                            damage.reason());
                }
            }
            for (Verification.Lack lack : lacks) {
                event(
                        context.out(),
                        "missing",
                        "the pin " + lack.pin().cid() + " is not whole: " + lack.cid() + ": " + lack.reason(),
                        "pin",
                        lack.pin().cid(),
                        "cid",
                        lack.cid(),
                        "details",
                        lack.reason());
            }
        }

        private List<Verification.Lack> heal(
                ContentContext context, Verification verification, List<Verification.Lack> lacks) throws IOException {
            if (lacks.isEmpty()) {
                return lacks;
            }
            try (Fetcher fetcher = peers.fetcher(context, lacks.getFirst().pin().cid())) {
                return verification.heal(fetcher, new Verification.Healing() {
                    @Override
                    public void healed(Cid cid) {
                        event(context.out(), "healed", "healed " + cid, "cid", cid);
                    }

                    @Override
                    public void failed(Cid cid, String reason) {
                        event(
                                context.out(),
                                "unhealed",
                                "still missing " + cid + ": " + reason,
                                "cid",
                                cid,
                                "details",
                                reason);
                    }
                });
            }
        }
    }
}
