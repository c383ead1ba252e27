using System.Management.Automation;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Pipeline;

/// <summary>The base of the cmdlets that put a shell into the host's terminal and do nothing else.</summary>
public abstract class ShellCmdlet : PodCmdlet
{
    private readonly HostShell _shell;

    /// <summary>Creates the cmdlet.</summary>
    protected ShellCmdlet() => _shell = new HostShell(this);

    /// <summary>The keys that leave the shell and let it go on, such as <c>ctrl-p,ctrl-q</c>; an empty string for none.</summary>
    [Parameter]
    [AllowEmptyString]
    public string DetachKeys { get; set; } = "ctrl-p,ctrl-q";

    /// <summary>Gets how the shell ended: its exit code, or that it was detached.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Writes down what the shells show; null where nothing is recorded.</summary>
    private protected ShellRecording? Recording { get; set; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            Recording?.Dispose();
            _shell.Dispose();
        }
    }

    /// <summary>Ends the pipeline, before anything is sent, when there is no terminal to put a shell into.</summary>
    private protected void RequireTerminal() => _shell.Require(DetachKeys);

    /// <summary>Puts a shell of a container into the terminal and tells how it ended.</summary>
    private protected async Task<ShellResult> EnterAsync(
        ClusterSession session, EphemeralContainer container, ShellOptions options, CancellationToken cancellationToken)
    {
        ShellResult result = await _shell.EnterAsync(session, container, options, Recording, cancellationToken);
        if (PassThru)
        {
            Emit(result);
        }

        return result;
    }
}
