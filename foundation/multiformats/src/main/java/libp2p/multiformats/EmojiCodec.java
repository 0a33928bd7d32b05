package libp2p.multiformats;

import java.util.Arrays;

/** Base 256: each byte is one emoji, without variation selectors. */
final class EmojiCodec implements BaseCodec {
    private static final String ALPHABET = """
            🚀🪐☄🛰🌌🌑🌒🌓🌔🌕🌖🌗🌘🌍🌏🌎🐉☀💻🖥💾💿😂❤😍🤣😊🙏💕😭😘👍
            😅👏😁🔥🥰💔💖💙😢🤔😆🙄💪😉☺👌🤗💜😔😎😇🌹🤦🎉💞✌✨🤷😱😌🌸🙌
            😋💗💚😏💛🙂💓🤩😄😀🖤😃💯🙈👇🎶😒🤭❣😜💋👀😪😑💥🙋😞😩😡🤪👊🥳
            😥🤤👉💃😳✋😚😝😴🌟😬🙃🍀🌷😻😓⭐✅🥺🌈😈🤘💦✔😣🏃💐☹🎊💘😠☝
            😕🌺🎂🌻😐🖕💝🙊😹🗣💫💀👑🎵🤞😛🔴😤🌼😫⚽🤙☕🏆🤫👈😮🙆🍻🍃🐶💁
            😲🌿🧡🎁⚡🌞🎈❌✊👋😰🤨😶🤝🚶💰🍓💢🤟🙁🚨💨🤬✈🎀🍺🤓😙💟🌱😖👶
            🥴▶➡❓💎💸⬇😨🌚🦋😷🕺⚠🙅😟😵👎🤲🤠🤧📌🔵💅🧐🐾🍒😗🤑🌊🤯🐷☎
            💧😯💆👆🎤🙇🍑❄🌴💣🐸💌📍🥀🤢👅💡💩👐📸👻🤐🤮🎼🥵🚩🍎🍊👼💍📣🥂
            """;

    private final int[] emojis = ALPHABET.codePoints().filter(c -> c != '\n').toArray();
    /** Emojis in order, each shifted left by eight with its byte in the low bits. */
    private final int[] inverse = new int[256];

    EmojiCodec() {
        for (int b = 0; b < emojis.length; b++) {
            inverse[b] = (emojis[b] << 8) | b;
        }
        Arrays.sort(inverse);
    }

    @Override
    public String encode(String prefix, byte[] data) {
        var text = new StringBuilder(Math.addExact(Math.multiplyExact(data.length, 2), prefix.length()));
        text.append(prefix);
        for (byte b : data) {
            text.appendCodePoint(emojis[b & 0xff]);
        }
        return text.toString();
    }

    @Override
    public byte[] decode(String text, int from, int to) {
        var out = new byte[text.codePointCount(from, to)];
        int at = from;
        for (int i = 0; i < out.length; i++) {
            int emoji = text.codePointAt(at);
            int found = Arrays.binarySearch(inverse, (emoji << 8) | 0xff);
            int index = found >= 0 ? found : -found - 2;
            if (index < 0 || inverse[index] >>> 8 != emoji) {
                throw BaseCodec.badCharacter(text, at);
            }
            out[i] = (byte) inverse[index];
            at += Character.charCount(emoji);
        }
        return out;
    }
}
