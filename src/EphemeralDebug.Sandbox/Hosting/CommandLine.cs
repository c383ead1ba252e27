using System.Globalization;
using System.Runtime.InteropServices;
using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Demo;
using EphemeralDebug.Sandbox.Faults;
using EphemeralDebug.Sandbox.Kubelet;

namespace EphemeralDebug.Sandbox.Hosting;

/// <summary>The program's command line.</summary>
internal static class CommandLine
{
    /// <summary>More would not fit into the pods' address range.</summary>
    private const int MostPods = 100_000;

    private const string Usage = $"""
        Usage: EphemeralDebug.Sandbox demo
               EphemeralDebug.Sandbox serve [options]

        demo does the main job on a simulated cluster: in a PowerShell where there is one and a terminal, else by itself.
        serve runs a simulated cluster until it is interrupted.

          --port N             the port on 127.0.0.1 (default: any that is free)
          --kubeconfig PATH    where to write the kubeconfig (default: sandbox.kubeconfig)
          --json               write the kubeconfig as JSON
          --pull-delay SECONDS how long pulling an image takes (default: 0)
          --api WHICH          current (default), or Kubernetes 1.20 with the gate EphemeralContainers on (legacy) or off (off)
          --empty              start without the pods of the demonstration
          --pods N             start with N more pods that run, for what takes many (default: 0)
          --http1              serve HTTP/1.1 only
          --fault RULE         misbehave as the rule says; may be given more than once

        {FaultSyntax.Help}
        """;

    /// <summary>Runs the program until it is interrupted; returns its exit code.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        if (args is ["demo"])
        {
            return await DemoCommand.RunAsync(output, CancellationToken.None);
        }

        if (args is not ["serve", .. string[] rest])
        {
            bool asked = args is ["--help" or "-h" or "help", ..];
            await (asked ? output : error).WriteLineAsync(Usage);
            return asked ? 0 : 2;
        }

        ServeOptions options;
        try
        {
            options = ServeOptions.Parse(rest);
        }
        catch (FormatException exception)
        {
            await error.WriteLineAsync(exception.Message);
            return 2;
        }

        return await ServeAsync(options, output, error);
    }

    private static async Task<int> ServeAsync(ServeOptions options, TextWriter output, TextWriter error)
    {
        using var interrupted = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupted.Cancel();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await using SandboxServer server = await SandboxServer.StartAsync(options.ToSandboxOptions(), interrupted.Token);
            server.WriteKubeConfig(options.KubeConfig, options.Format);
            await output.WriteLineAsync("This is a simulation of a Kubernetes cluster: nothing in it is real, and everything in it is gone when it ends.");
            await output.WriteLineAsync($"Listening on {server.Address} (this machine only).");
            await output.WriteLineAsync($"Kubeconfig: {Path.GetFullPath(options.KubeConfig)}");
            await Task.Delay(Timeout.InfiniteTimeSpan, interrupted.Token);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            await output.WriteLineAsync("Stopped.");
        }
        catch (IOException exception)
        {
            await error.WriteLineAsync(exception.Message);
            return 1;
        }

        return 0;
    }

    /// <summary>What "serve" was told.</summary>
    private sealed record ServeOptions
    {
        public int Port { get; private init; }

        public string KubeConfig { get; private init; } = "sandbox.kubeconfig";

        public KubeConfigFormat Format { get; private init; } = KubeConfigFormat.Yaml;

        public TimeSpan PullDelay { get; private init; }

        public bool Empty { get; private init; }

        public EphemeralContainersApi Api { get; private init; }

        public bool Http1Only { get; private init; }

        public int Population { get; private init; }

        public IReadOnlyList<string> Faults { get; private init; } = [];

        /// <summary>Reads the options.</summary>
        /// <exception cref="FormatException">One of them is unknown, or has a value that it cannot have.</exception>
        public static ServeOptions Parse(string[] args)
        {
            var options = new ServeOptions();
            var rest = new Queue<string>(args);
            while (rest.TryDequeue(out string? option))
            {
                options = option switch
                {
                    "--port" => options with { Port = (int)Number(option, rest, 65535) },
                    "--kubeconfig" => options with { KubeConfig = Value(option, rest) },
                    "--json" => options with { Format = KubeConfigFormat.Json },
                    "--pull-delay" => options with { PullDelay = TimeSpan.FromSeconds(Number(option, rest, 3600)) },
                    "--api" => options with { Api = ParseApi(option, rest) },
                    "--empty" => options with { Empty = true },
                    "--pods" => options with { Population = (int)Number(option, rest, MostPods) },
                    "--http1" => options with { Http1Only = true },
                    "--fault" => options with { Faults = [.. options.Faults, Rule(option, rest)] },
                    _ => throw new FormatException($"Unknown option {option}.\n{Usage}"),
                };
            }

            return options;
        }

        public SandboxOptions ToSandboxOptions() => new()
        {
            Port = Port,
            Api = Api,
            Node = new KubeletOptions { NodeName = ClusterNode.Name, PullDelay = PullDelay },
            Pods = Empty ? [] : DemoPod.Demonstration,
            Faults = Faults,
            Http1Only = Http1Only,
            Population = Population,
        };

        private static EphemeralContainersApi ParseApi(string option, Queue<string> rest) => Value(option, rest) switch
        {
            "current" => EphemeralContainersApi.Current,
            "legacy" => EphemeralContainersApi.Legacy,
            "off" => EphemeralContainersApi.Off,
            string other => throw new FormatException($"{option} is current, legacy or off, not {other}."),
        };

        private static string Value(string option, Queue<string> rest) =>
            rest.TryDequeue(out string? value) ? value : throw new FormatException($"{option} needs a value.");

        /// <summary>A rule that can be read: a mistake in it is told before anything is started.</summary>
        private static string Rule(string option, Queue<string> rest)
        {
            string rule = Value(option, rest);
            try
            {
                new FaultSyntax(TimeProvider.System).ParseRule(rule);
            }
            catch (FormatException exception)
            {
                throw new FormatException($"{option} '{rule}': {exception.Message}", exception);
            }

            return rule;
        }

        private static double Number(string option, Queue<string> rest, double limit)
        {
            string value = Value(option, rest);
            return double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number <= limit
                ? number
                : throw new FormatException($"{option} needs a number up to {limit.ToString(CultureInfo.InvariantCulture)}, not {value}.");
        }
    }
}
