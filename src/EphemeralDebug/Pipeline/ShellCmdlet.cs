using System.Management.Automation;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Terminal;

namespace EphemeralDebug.Pipeline;

/// <summary>The base of the cmdlets that can put a shell into the host's terminal.</summary>
public abstract class ShellCmdlet : PodCmdlet
{
    private HostTerminal? _terminal;

    /// <summary>The keys that leave the shell and let it go on, such as <c>ctrl-p,ctrl-q</c>; an empty string for none.</summary>
    [Parameter]
    [AllowEmptyString]
    public string DetachKeys { get; set; } = "ctrl-p,ctrl-q";

    /// <summary>Gets how the shell ended: its exit code, or that it was detached.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Writes down what the shells show; null where nothing is recorded.</summary>
    private protected ShellRecording? Recording { get; set; }

    private protected DetachKeys ParsedDetachKeys { get; private set; } = Terminal.DetachKeys.Default;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            Recording?.Dispose();
            _terminal?.Dispose();
        }
    }

    /// <summary>Ends the pipeline, before anything is sent, when there is no terminal to put a shell into.</summary>
    private protected void RequireTerminal()
    {
        if (Host.Name is "ServerRemoteHost")
        {
            throw Terminate(ErrorRecords.NoTerminal(
                new PSInvalidOperationException("A shell needs a terminal, and a remote session has none of its own."), target: null));
        }

        try
        {
            ParsedDetachKeys = Terminal.DetachKeys.Parse(DetachKeys);
            _terminal = HostTerminal.Open();
        }
        catch (FormatException exception)
        {
            throw Terminate(ErrorRecords.InvalidDetachKeys(exception, DetachKeys));
        }
        catch (TerminalUnavailableException exception)
        {
            throw Terminate(ErrorRecords.NoTerminal(exception, target: null));
        }
    }

    /// <summary>Puts a shell of a container into the terminal and tells how it ended.</summary>
    private protected async Task<ShellResult> EnterAsync(
        ClusterSession session, EphemeralContainer container, ShellOptions options, CancellationToken cancellationToken)
    {
        await TellAsync(ParsedDetachKeys.Sequence.IsEmpty
            ? $"Entering {container}."
            : $"Entering {container}. {ParsedDetachKeys} detaches.");
        ShellResult result = await new ShellRunner(_terminal!, ParsedDetachKeys, TellAsync, Recording).RunAsync(session, container, options, cancellationToken);
        await InPipelineAsync(() =>
        {
            if (result.ExitCode is { } code)
            {
                // As after a native command: what scripts look at.
                SessionState.PSVariable.Set("global:LASTEXITCODE", code is >= int.MinValue and <= int.MaxValue ? (int)code : code);
            }

            return true;
        });
        if (result.Detached)
        {
            await TellAsync($"Detached from {container}, which goes on. {DescribeReturn(container)} returns to it.");
        }

        if (PassThru)
        {
            Emit(result);
        }

        return result;
    }

    private static string DescribeReturn(EphemeralContainer container) => container.IsEphemeral
        ? $"Enter-EphemeralContainer {container.Namespace}/{container.Pod} {container.Name}"
        : $"Get-EphemeralDebugPod {container.Namespace}/{container.Pod} | Enter-EphemeralContainer -Name {container.Name}";

    /// <summary>Says something to the person at the prompt, and to nobody else.</summary>
    private protected Task TellAsync(string text) => InPipelineAsync(() =>
    {
        WriteInformation(new HostInformationMessage { Message = text }, ["PSHOST"]);
        return true;
    });
}
