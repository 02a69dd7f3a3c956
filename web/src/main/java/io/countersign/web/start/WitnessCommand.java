package io.countersign.web.start;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.governance.keys.PrivateFiles;
import io.countersign.governance.ledger.tlog.MalformedTlog;
import io.countersign.governance.ledger.tlog.SignerKey;
import io.countersign.governance.ledger.tlog.VerifierKey;
import io.countersign.governance.ledger.witness.Witness;
import io.countersign.governance.ledger.witness.WitnessServer;
import io.countersign.governance.shared.ClockConfiguration;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code countersign witness}: cosigns what logs of others publish; on another host than theirs.
 */
@Command(
        name = "witness",
        description = {
            "Cosign the checkpoints of logs, each only where it continues the one before (C2SP tlog-witness).",
            "Run it on a host that those who run the log have no hand in. It serves until it is stopped.",
            "Its key is made at the first start, in the folder. Who loses the folder must give up the key."
        },
        mixinStandardHelpOptions = true)
public final class WitnessCommand implements Callable<Integer> {
    private static final String KEY = "witness.key";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--folder",
            required = true,
            description = "For its key and what it has cosigned; nobody else's.")
    private Path folder = Path.of(".");

    @Option(
            names = "--listen",
            defaultValue = "127.0.0.1:8500",
            description =
                    "Address and port. It has no TLS: leave it at this machine and put a proxy in front (default: ${DEFAULT-VALUE}).")
    private String listen = "";

    @Option(
            names = "--log",
            required = true,
            description = "Verifier key of a log to witness: <name>+<id>+<key>. Repeatable.")
    private List<String> logs = List.of();

    @Option(
            names = "--name",
            description =
                    "Its name, by custom its address without scheme. Needed at the first start.")
    private @Nullable String name;

    private final CountDownLatch stopped = new CountDownLatch(1);

    @Override
    public Integer call() throws InterruptedException {
        var address = address();
        var trusted = logs.stream().map(this::log).toList();
        PrivateFiles.folder(folder);
        try (var witness = new Witness(key(), trusted, folder, ClockConfiguration.machine());
                var server = new WitnessServer(witness, address)) {
            var out = spec.commandLine().getOut();
            out.println("Witnesses at " + server.uri());
            out.println("Its verifier key, for the policy of the log:");
            out.println(witness.verifier().text());
            out.flush();
            var stopping = new Thread(stopped::countDown);
            Runtime.getRuntime().addShutdownHook(stopping);
            stopped.await();
        }
        return CommandLine.ExitCode.OK;
    }

    /** Lets {@link #call} return. */
    public void stop() {
        stopped.countDown();
    }

    private SignerKey key() {
        var file = folder.resolve(KEY);
        if (!Files.exists(file)) {
            if (name == null) {
                throw wrong("The witness has no key yet: give it a name with --name.");
            }
            try {
                var made =
                        SignerKey.generate(
                                name, VerifierKey.Algorithm.COSIGNATURE, new SecureRandom());
                PrivateFiles.writeNew(file, (made.text() + "\n").getBytes(UTF_8));
            } catch (MalformedTlog e) {
                throw wrong("--name '%s' cannot be: %s".formatted(name, e.getMessage()));
            }
        }
        var key = SignerKey.parse(new String(PrivateFiles.read(file), UTF_8).strip());
        if (name != null && !key.verifier().name().equals(name)) {
            throw wrong(
                    "The key in %s is that of '%s', not of '%s'. Leave --name out, or give it a folder of its own."
                            .formatted(file, key.verifier().name(), name));
        }
        return key;
    }

    private VerifierKey log(String text) {
        try {
            return VerifierKey.parse(text);
        } catch (MalformedTlog e) {
            throw wrong("--log '%s' is not a verifier key: %s".formatted(text, e.getMessage()));
        }
    }

    private InetSocketAddress address() {
        var colon = listen.lastIndexOf(':');
        var port = listen.substring(colon + 1);
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw wrong("--listen '%s' is not an address with a port.".formatted(listen));
        }
        var host = colon < 0 ? "127.0.0.1" : listen.substring(0, colon);
        var address = new InetSocketAddress(host.replaceAll("^\\[|]$", ""), Integer.parseInt(port));
        if (address.isUnresolved()) {
            throw wrong("--listen '%s': there is no host '%s'.".formatted(listen, host));
        }
        return address;
    }

    private CommandLine.ParameterException wrong(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }
}
