package libp2p.node.host;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.jspecify.annotations.Nullable;

/**
 * Has warnings and errors printed on the standard error; {@code -Dp2p.log=DEBUG} says another level, and
 * {@code -Dlogback.configurationFile} another configuration. It is code, and its appender is made with the first line,
 * since reading a file of XML and a pattern takes longer than the rest of a short command.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %logger{20} %msg%n";

    /** For the services of the JDK. */
    public Logging() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.NEUTRAL;
        }
        StandardError appender = new StandardError();
        appender.setContext(context);
        appender.setName("STDERR");
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getProperty("p2p.log"), Level.WARN));
        root.addAppender(appender);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static final class StandardError extends AppenderBase<ILoggingEvent> {
        private @Nullable ConsoleAppender<ILoggingEvent> console;

        /** Called by one thread at a time. */
        @Override
        protected void append(ILoggingEvent event) {
            ConsoleAppender<ILoggingEvent> open = console;
            if (open == null) {
                PatternLayoutEncoder encoder = new PatternLayoutEncoder();
                encoder.setContext(getContext());
                encoder.setPattern(PATTERN);
                encoder.start();
                open = new ConsoleAppender<>();
                open.setContext(getContext());
                open.setTarget("System.err");
                open.setEncoder(encoder);
                open.start();
                console = open;
            }
            open.doAppend(event);
        }
    }
}
