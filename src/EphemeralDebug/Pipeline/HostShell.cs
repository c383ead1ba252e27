using System.Management.Automation;
using EphemeralDebug.Debugging;
using EphemeralDebug.Terminal;

namespace EphemeralDebug.Pipeline;

/// <summary>The host's terminal for a cmdlet that puts shells into it.</summary>
internal sealed class HostShell(AsyncCmdlet cmdlet) : IDisposable
{
    private HostTerminal? _terminal;
    private DetachKeys _detachKeys = DetachKeys.Default;

    /// <summary>Ends the pipeline, before anything is sent, when there is no terminal to put a shell into.</summary>
    public void Require(string detachKeys)
    {
        if (cmdlet.Host.Name is "ServerRemoteHost")
        {
            throw cmdlet.Terminate(ErrorRecords.NoTerminal(
                new PSInvalidOperationException("A shell needs a terminal, and a remote session has none of its own."), target: null));
        }

        try
        {
            _detachKeys = DetachKeys.Parse(detachKeys);
            _terminal = HostTerminal.Open();
        }
        catch (FormatException exception)
        {
            throw cmdlet.Terminate(ErrorRecords.InvalidDetachKeys(exception, detachKeys));
        }
        catch (TerminalUnavailableException exception)
        {
            throw cmdlet.Terminate(ErrorRecords.NoTerminal(exception, target: null));
        }
    }

    /// <summary>Puts a shell of a container into the terminal, writes it down if that is asked, and tells how it ended.</summary>
    public async Task<ShellResult> EnterAsync(
        ClusterSession session,
        EphemeralContainer container,
        ShellOptions options,
        ShellRecording? recording,
        CancellationToken cancellationToken)
    {
        await cmdlet.TellAsync(_detachKeys.Sequence.IsEmpty
            ? $"Entering {container}."
            : $"Entering {container}. {_detachKeys} detaches.");
        ShellResult result = await new ShellRunner(_terminal!, _detachKeys, cmdlet.TellAsync, recording).RunAsync(session, container, options, cancellationToken);
        await cmdlet.InPipelineAsync(() =>
        {
            if (result.ExitCode is { } code)
            {
                // As after a native command: what scripts look at.
                cmdlet.SessionState.PSVariable.Set("global:LASTEXITCODE", code is >= int.MinValue and <= int.MaxValue ? (int)code : code);
            }

            return true;
        });
        if (result.Detached)
        {
            await cmdlet.TellAsync($"Detached from {container}, which goes on. {DescribeReturn(container)} returns to it.");
        }

        return result;
    }

    private static string DescribeReturn(EphemeralContainer container) => container.IsEphemeral
        ? $"Enter-EphemeralContainer {container.Namespace}/{container.Pod} {container.Name}"
        : $"Get-EphemeralDebugPod {container.Namespace}/{container.Pod} | Enter-EphemeralContainer -Name {container.Name}";

    public void Dispose() => _terminal?.Dispose();
}
