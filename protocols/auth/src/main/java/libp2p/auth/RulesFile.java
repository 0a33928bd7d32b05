package libp2p.auth;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import libp2p.multiformats.MalformedException;

/** Rules as lines of a text. */
final class RulesFile {
    private static final String DEFAULT = "default";

    private final List<Rule> rules = new ArrayList<>();
    private Effect fallback = Effect.DENY;
    private int number;

    private RulesFile() {}

    /** The content of a file; blocks. */
    static String text(Path file) throws IOException {
        long size = Files.size(file);
        if (size > AccessLimits.DEFAULT.fileBytes()) {
            throw new MalformedException(
                    file + ": " + size + " bytes, more than the limit of " + AccessLimits.DEFAULT.fileBytes());
        }
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new MalformedException(file + ": not a text in UTF-8");
        }
    }

    /** @throws MalformedException naming the line that is wrong, and why */
    static AccessRules.Policy parse(String text) {
        RulesFile file = new RulesFile();
        text.lines().forEach(file::line);
        return new AccessRules.Policy(file.rules, file.fallback);
    }

    private void line(String raw) {
        number++;
        String line = raw.strip();
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        try {
            String[] words = line.split("\\s+");
            if (words.length == 2 && words[0].equals(DEFAULT)) {
                fallback = RuleText.effect(words[1]);
            } else if (rules.size() >= AccessLimits.DEFAULT.rules()) {
                throw new MalformedException("more than " + AccessLimits.DEFAULT.rules() + " rules");
            } else {
                rules.add(RuleText.parse(line));
            }
        } catch (MalformedException e) {
            throw new MalformedException("rules, line " + number + ": " + e.getMessage());
        }
    }
}
