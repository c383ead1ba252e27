using System.Diagnostics;
using System.Globalization;

namespace EphemeralDebug.Terminal.TestHost;

/// <summary>
/// Usage: PORT DETACHKEYS [console] [handler]. "console" uses Console first, as PowerShell does, which then has a say
/// in the terminal's modes; "handler" survives Ctrl+C from outside, as PowerShell does.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        using var test = new TestConnection(int.Parse(arguments[0], CultureInfo.InvariantCulture));
        using var cancellation = new CancellationTokenSource();
        var keys = DetachKeys.Parse(arguments[1]);
        Prepare(arguments, cancellation);
        try
        {
            using var terminal = HostTerminal.Open();
            test.Report("ready");
            if (OperatingSystem.IsWindows())
            {
                test.Report("state", WindowsConsole.State);
            }

            await test.NextCommandAsync();
            var remote = new PlayedRemote(test);
            Task commands = ObeyAsync(test, remote, cancellation);
            await BridgeAsync(test, terminal, remote, keys, cancellation.Token);
            await commands;
        }
        catch (TerminalUnavailableException error)
        {
            test.Report("unavailable", error.Reason.ToString());
            return 3;
        }

        return 0;
    }

    private static async Task BridgeAsync(
        TestConnection test, HostTerminal terminal, PlayedRemote remote, DetachKeys keys, CancellationToken cancellationToken)
    {
        try
        {
            BridgeResult result = await TerminalBridge.RunAsync(terminal, remote, keys, cancellationToken);
            test.Report("result", result.ToString());
        }
        catch (IOException error)
        {
            test.Report("failed", error.Message);
        }
    }

    private static void Prepare(string[] arguments, CancellationTokenSource cancellation)
    {
        if (arguments.Contains("console"))
        {
            Console.TreatControlCAsInput = true;
            Console.TreatControlCAsInput = false;
        }

        if (arguments.Contains("handler"))
        {
            Console.CancelKeyPress += (_, e) =>
            {
                e.Cancel = true;
                cancellation.Cancel();
            };
        }
    }

    private static async Task ObeyAsync(TestConnection test, PlayedRemote remote, CancellationTokenSource cancellation)
    {
        while (await test.NextCommandAsync() is ({ Length: > 0 } command, string value) && command != "finish")
        {
            switch (command)
            {
                case "print":
                    remote.Print(Convert.FromBase64String(value));
                    break;
                case "end":
                    remote.End();
                    break;
                case "lose":
                    remote.End(new IOException("The connection was lost."));
                    break;
                case "refuse":
                    remote.RefusesInput = true;
                    break;
                case "stall":
                    remote.Stalls = true;
                    break;
                case "cancel":
                    await cancellation.CancelAsync();
                    break;
                case "child":
                    await RunChildAsync();
                    break;
                case "crash":
                    new Thread(() => throw new InvalidOperationException("Thrown where nobody catches it.")).Start();
                    break;
                case "exit":
                    Environment.Exit(5);
                    break;
                case "state" when OperatingSystem.IsWindows():
                    test.Report("state", WindowsConsole.State);
                    break;
                case "press" when OperatingSystem.IsWindows():
                    WindowsConsole.Press(value);
                    break;
                case "interrupt" when OperatingSystem.IsWindows():
                    WindowsConsole.Interrupt();
                    break;
                case "resize" when OperatingSystem.IsWindows():
                    WindowsConsole.Resize(value);
                    break;
                case "readkey":
                    test.Report("key", Console.ReadKey(intercept: true).KeyChar.ToString());
                    break;
            }

            test.Report("done", command);
        }
    }

    /// <summary>A child that shares the terminal, which makes the run-time set the terminal's modes when it ends.</summary>
    private static async Task RunChildAsync()
    {
        using var child = Process.Start(new ProcessStartInfo("true"))!;
        await child.WaitForExitAsync();
    }
}
