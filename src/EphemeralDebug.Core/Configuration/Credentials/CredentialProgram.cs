using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace EphemeralDebug.Configuration.Credentials;

/// <summary>Runs a credential program and returns what it prints.</summary>
internal sealed class CredentialProgram
{
    private const string InfoVariable = "KUBERNETES_EXEC_INFO";
    private const int MaximumOutput = 1 << 20;
    private static readonly SearchValues<char> BatchSyntax = SearchValues.Create("\"%!^&|<>()\r\n");

    // How long its error output may stay open after the program itself has ended (a background helper may hold it).
    private static readonly TimeSpan ErrorOutputGrace = TimeSpan.FromSeconds(1);

    /// <summary>The command as the configuration has it, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>The command: a name to be found in PATH, or a full path.</summary>
    public required string Command { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Variables in addition to the environment's own.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; }

    public required string InstallHint { get; init; }

    public required string WorkingDirectory { get; init; }

    public required TimeSpan Timeout { get; init; }

    /// <summary>Receives the lines of its error output.</summary>
    public Action<string>? Message { get; init; }

    public required string File { get; init; }

    public required string Setting { get; init; }

    public required IConfigurationEnvironment Environment { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Runs the program to its end.</summary>
    /// <param name="execInfo">The value of KUBERNETES_EXEC_INFO.</param>
    /// <param name="interactive">Whether it has the terminal, but for its output.</param>
    /// <param name="cancellationToken">Ends the program with all that it started.</param>
    /// <exception cref="ConfigurationException">It is not installed, fails, or takes too long.</exception>
    public async Task<byte[]> RunAsync(string execInfo, bool interactive, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Timeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using Process process = Start(execInfo, interactive);
        var errors = new ProgramErrorOutput(Message);
        try
        {
            Task readingErrors = interactive ? Task.CompletedTask : errors.ReadAsync(process.StandardError);
            byte[] output = await ReadOutputAsync(process.StandardOutput.BaseStream, either.Token);
            await process.WaitForExitAsync(either.Token);
            await readingErrors.WaitAsync(ErrorOutputGrace, Time, either.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return process.ExitCode == 0
                ? output
                : throw Failed($"ended with exit code {process.ExitCode}{errors.LastLine()}.", "Run it by hand to see why.");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Failed(
                $"did not finish within {Timeout.TotalSeconds:0} seconds.", "Log in with it beforehand, or allow more time.");
        }
        finally
        {
            End(process);
        }
    }

    /// <summary>The error that the program failed; <paramref name="problem"/> continues "The credential program x …".</summary>
    public ConfigurationException Failed(string problem, string remedy, Exception? innerException = null) => new(
        ConfigurationError.CredentialFailed,
        $"The credential program '{ControlCharacters.MakeVisible(Name)}' {problem}",
        remedy,
        File,
        Setting,
        innerException);

    private Process Start(string execInfo, bool interactive)
    {
        string path = ProgramFinder.Find(Command, Environment) ?? throw NotFound();
        var start = new ProcessStartInfo(path)
        {
            UseShellExecute = false,
            WorkingDirectory = WorkingDirectory,
            CreateNoWindow = !interactive,
            RedirectStandardInput = !interactive,
            RedirectStandardOutput = true,
            RedirectStandardError = !interactive,
            StandardErrorEncoding = interactive ? null : Encoding.UTF8,
        };
        SetArguments(start, path);
        SetVariables(start, execInfo);
        try
        {
            Process process = Process.Start(start)!;
            if (!interactive)
            {
                process.StandardInput.Close();
            }

            return process;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw Failed($"('{path}') could not be started: {e.Message}.", "Check that it may be executed.", e);
        }
    }

    private void SetArguments(ProcessStartInfo start, string path)
    {
        // Windows runs batch files by cmd.exe, which interprets their arguments; no quoting is safe against that.
        bool isBatch = Environment.IsWindows
            && (path.EndsWith(".cmd", StringComparison.OrdinalIgnoreCase)
                || path.EndsWith(".bat", StringComparison.OrdinalIgnoreCase));
        foreach (string argument in Arguments)
        {
            if (isBatch && argument.AsSpan().IndexOfAny(BatchSyntax) >= 0)
            {
                throw Failed(
                    "is a batch file, and one of its arguments has characters that cmd.exe would interpret.",
                    "Use a program that is no batch file, or other arguments.");
            }

            start.ArgumentList.Add(argument);
        }
    }

    private void SetVariables(ProcessStartInfo start, string execInfo)
    {
        start.Environment.Clear();
        foreach ((string name, string value) in Environment.GetVariables())
        {
            start.Environment[name] = value;
        }

        foreach ((string name, string value) in Variables)
        {
            start.Environment[name] = value;
        }

        start.Environment[InfoVariable] = execInfo;
    }

    private async Task<byte[]> ReadOutputAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        byte[] buffer = new byte[4096];
        while (true)
        {
            int count = await stream.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(cancellationToken);
            if (count == 0)
            {
                return output.ToArray();
            }

            output.Write(buffer, 0, count);
            if (output.Length > MaximumOutput)
            {
                throw Failed("prints more than a credential.", "Check its settings.");
            }
        }
    }

    private static void End(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended by itself in the meantime, or parts of it may not be ended by this user.
        }
    }

    private ConfigurationException NotFound() => new(
        ConfigurationError.CredentialProgramNotFound,
        $"The credential program '{ControlCharacters.MakeVisible(Name)}' is not installed.",
        InstallHint.Length == 0 ? "Install it, or correct its path." : InstallHint,
        File,
        Setting);
}
