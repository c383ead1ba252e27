using System.Management.Automation;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Commands;

/// <content>What the container is to be like.</content>
public sealed partial class NewEphemeralContainerCommand
{
    /// <inheritdoc/>
    [Parameter(Position = 1)]
    [AllowEmptyString]
    public override string? Image { get; set; }

    /// <summary>The name of the new container; a random one where none is given.</summary>
    [Parameter]
    [Alias("Container")]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>
    /// What to run in place of the image's entry point, argument by argument. Without it the container waits to be
    /// entered. With -Enter the container waits and this runs in the terminal.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Command { get; set; }

    /// <summary>Arguments for the image's own entry point.</summary>
    [Parameter]
    [Alias("Args")]
    [ValidateNotNullOrEmpty]
    public string[]? ArgumentList { get; set; }

    /// <summary>Run what the image is made to run, in place of waiting to be entered.</summary>
    [Parameter]
    public SwitchParameter ImageCommand { get; set; }

    /// <summary>Keep the container's standard input open.</summary>
    [Parameter]
    public SwitchParameter Stdin { get; set; }

    /// <summary>Give the container a terminal; needs -Stdin.</summary>
    [Parameter]
    public SwitchParameter Tty { get; set; }

    private bool Attaches => Attach || Stdin;

    private protected override ContainerOptions CreateOptions()
    {
        string[] command = Enter && !Attaches ? [] : Command ?? [];
        bool runsSomething = command.Length > 0 || ArgumentList is not null || ImageCommand || Attaches;
        ContainerOptions options = base.CreateOptions();
        return options with
        {
            Name = Name,
            Command = command,
            Arguments = ArgumentList ?? [],
            WaitingId = runsSomething ? null : options.WaitingId,
            Stdin = Stdin || Attach,
            Tty = Tty || Attach,
        };
    }
}
