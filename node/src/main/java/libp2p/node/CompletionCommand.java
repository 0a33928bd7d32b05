package libp2p.node;

import java.util.Locale;
import java.util.concurrent.Callable;
import libp2p.node.completion.Completion;
import libp2p.node.host.CommandHelp;
import libp2p.node.host.Exit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code p2p completion}. */
@Command(
        name = "completion",
        description = {
            "Prints a script by which a shell completes command lines of p2p. To have it always:",
            "bash: p2p completion bash > ~/.local/share/bash-completion/completions/p2p",
            "zsh: p2p completion zsh > ~/.p2p.zsh, and in ~/.zshrc: source ~/.p2p.zsh",
            "fish: p2p completion fish > ~/.config/fish/completions/p2p.fish"
        },
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
    /** The shells. */
    enum Shell {
        BASH,
        ZSH,
        FISH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.BASH;

    @Override
    public Integer call() {
        CommandLine program = P2p.whole();
        CommandHelp.install(program);
        System.out.print(
                switch (shell) {
                    case BASH -> Completion.bash(program);
                    case ZSH -> Completion.zsh(program);
                    case FISH -> Completion.fish(program);
                });
        System.out.flush();
        return Exit.DONE;
    }
}
