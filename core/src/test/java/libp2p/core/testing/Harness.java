package libp2p.core.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Puts something through the suite that the test class inherits and that all of its kind must pass. The only way to
 * skip a case is a line of the module's file {@code harness/unsupported.txt}: the name given here, the case, and the
 * reason.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Harness.Exceptions.class)
public @interface Harness {
    /** The name of the tested object, as in the file. */
    String value();

    /** Reads the file. */
    final class Exceptions implements ExecutionCondition {
        private static final String FILE = "/harness/unsupported.txt";

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Harness harness = context.getRequiredTestClass().getAnnotation(Harness.class);
            String reason = context.getTestMethod()
                    .map(method -> reason(context.getRequiredTestClass(), harness.value() + " " + method.getName()))
                    .orElse(null);
            return reason == null
                    ? ConditionEvaluationResult.enabled("a case of the harness")
                    : ConditionEvaluationResult.disabled("UNSUPPORTED(" + reason + ")");
        }

        private static String reason(Class<?> type, String subjectAndCase) {
            try (InputStream file = type.getResourceAsStream(FILE)) {
                if (file == null) {
                    throw new IllegalStateException(FILE + " is missing");
                }
                return new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))
                        .lines()
                        .filter(line -> line.startsWith(subjectAndCase + " "))
                        .map(line -> line.substring(subjectAndCase.length() + 1))
                        .findFirst()
                        .orElse(null);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }
}
