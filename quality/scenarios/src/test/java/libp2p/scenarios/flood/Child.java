package libp2p.scenarios.flood;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A process that is talked to line by line. */
public final class Child implements AutoCloseable {
    private static final String END = "the end of its output";

    /** A line: a word, and values by name. */
    public record Answer(String word, Map<String, String> values) {
        static Answer parse(String line) {
            Map<String, String> values = new HashMap<>();
            for (String part : line.split(" ")) {
                int at = part.indexOf('=');
                if (at > 0) {
                    values.put(part.substring(0, at), part.substring(at + 1));
                }
            }
            return new Answer(line.split(" ")[0], values);
        }

        public String text(String name) {
            return values.getOrDefault(name, "");
        }

        public long number(String name) {
            return Long.parseLong(text(name));
        }
    }

    /** Whether a line has come. */
    interface Heard {
        /** @throws IOException if it will not come any more */
        boolean isHeard() throws IOException;
    }

    private final Process process;
    private final OutputStream input;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Child(Process process) {
        this.process = process;
        this.input = process.getOutputStream();
        Thread.ofVirtual().start(this::read);
    }

    /** How a JVM with a small heap is started; memory that runs out ends it. */
    public static List<String> java(int heapMegabytes) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"));
    }

    public static Child start(List<String> command) throws IOException {
        return new Child(
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = in.readLine()) != null) {
                lines.add(line);
            }
        } catch (IOException e) {
            e.printStackTrace();
        } finally {
            lines.add(END);
        }
    }

    /** Says something and waits until it is said back; other lines stay. */
    void tell(String line) throws Exception {
        say(line);
        String heard;
        List<String> others = new ArrayList<>();
        while (!(heard = lines.take()).equals(line)) {
            others.add(heard);
            if (heard.equals(END)) {
                throw new EOFException("the process has ended");
            }
        }
        lines.addAll(others);
    }

    private void say(String line) throws IOException {
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    /** Says something and waits for the answer. */
    public Answer ask(String line, String word) throws Exception {
        say(line);
        return expect(word);
    }

    /** Ends its input and waits for its last word. */
    Answer end(String word) throws Exception {
        input.close();
        return expect(word);
    }

    public Answer expect(String word) throws Exception {
        String line = lines.take();
        if (!line.split(" ")[0].equals(word)) {
            throw new IOException("expected '" + word + "', but there is: " + line);
        }
        return Answer.parse(line);
    }

    Heard heard(String word) {
        return () -> {
            String line = lines.peek();
            if (line != null && line.equals(END)) {
                throw new EOFException("the process has ended");
            }
            return line != null && line.equals(word) && lines.remove(line);
        };
    }

    int exit() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        boolean interrupted = false;
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
