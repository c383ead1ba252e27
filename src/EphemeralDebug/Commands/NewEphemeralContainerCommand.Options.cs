using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <content>What the container is to be like.</content>
public sealed partial class NewEphemeralContainerCommand
{
    private JsonObject? _customProfile;

    /// <summary>
    /// The image. Where none is given: busybox on Linux nodes, and on Windows nodes the nanoserver that fits their
    /// version.
    /// </summary>
    [Parameter(Position = 1)]
    [AllowEmptyString]
    public string? Image { get; set; }

    /// <summary>The name of the new container; a random one where none is given.</summary>
    [Parameter]
    [Alias("Container")]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The container of the pod whose processes the new one sees.</summary>
    [Parameter]
    [Alias("TargetContainer")]
    [ValidateNotNullOrEmpty]
    public string? Target { get; set; }

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

    /// <summary>Environment variables.</summary>
    [Parameter]
    [Alias("Env")]
    [ValidateNotNull]
    public IDictionary? Environment { get; set; }

    /// <summary>
    /// Take over the environment that is defined for the target, or without a target for the pod's default container.
    /// What -Environment names is stronger.
    /// </summary>
    [Parameter]
    public SwitchParameter CopyEnvironment { get; set; }

    /// <summary>
    /// Mount the volumes that the target has mounted, or without a target the pod's default container, at the same
    /// paths. Mounts of a sub-path cannot be had and are left out with a warning.
    /// </summary>
    [Parameter]
    public SwitchParameter CopyVolumeMount { get; set; }

    /// <summary>When the image is pulled; the server's own rule where none is given.</summary>
    [Parameter]
    public ImagePullPolicy? ImagePullPolicy { get; set; }

    /// <summary>
    /// The security settings, by kubectl's names; Auto for the most useful ones that the server allows. General where none
    /// are given, on Windows none.
    /// </summary>
    [Parameter]
    public DebugProfile Profile { get; set; } = DebugProfile.General;

    /// <summary>
    /// A part of a container that is merged over the profile's result: a hashtable or object, the path of a JSON or YAML
    /// file, or such text.
    /// </summary>
    [Parameter]
    [Alias("Custom")]
    [ValidateNotNull]
    public object? CustomProfile { get; set; }

    /// <summary>The number of the user to run as, whatever the profiles say.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public long? RunAsUser { get; set; }

    /// <summary>The number of the group to run as, whatever the profiles say.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public long? RunAsGroup { get; set; }

    /// <summary>
    /// Run as the user and group of the target, or without a target of the pod's default container: they may read its files
    /// without further rights.
    /// </summary>
    [Parameter]
    public SwitchParameter RunAsTarget { get; set; }

    /// <summary>Keep the container's standard input open.</summary>
    [Parameter]
    public SwitchParameter Stdin { get; set; }

    /// <summary>Give the container a terminal; needs -Stdin.</summary>
    [Parameter]
    public SwitchParameter Tty { get; set; }

    private bool Attaches => Attach || Stdin;

    private void ReadCustomProfile()
    {
        try
        {
            _customProfile = CustomProfile is null ? null : CustomProfileReader.Read(CustomProfile, this);
        }
        catch (EphemeralDebugException exception)
        {
            throw Terminate(ErrorRecords.From(exception, CustomProfile));
        }
    }

    private ContainerOptions CreateOptions()
    {
        string[] command = Enter && !Attaches ? [] : Command ?? [];
        bool runsSomething = command.Length > 0 || ArgumentList is not null || ImageCommand || Attaches;
        return new ContainerOptions
        {
            Image = Image,
            Name = Name,
            Target = Target,
            Command = command,
            Arguments = ArgumentList ?? [],
            WaitingId = runsSomething ? null : WaitingCommand.NewId(),
            Environment = ReadEnvironment(),
            PullPolicy = ImagePullPolicy,
            Stdin = Stdin || Attach,
            Tty = Tty || Attach,
            Profile = MyInvocation.BoundParameters.ContainsKey(nameof(Profile)) ? Profile : null,
            CustomProfile = _customProfile,
            RunAsUser = RunAsUser,
            RunAsGroup = RunAsGroup,
            RunAsTarget = RunAsTarget,
            CopyEnvironment = CopyEnvironment,
            CopyVolumeMounts = CopyVolumeMount,
        };
    }

    private KeyValuePair<string, string>[] ReadEnvironment()
    {
        if (Environment is null)
        {
            return [];
        }

        var variables = new List<KeyValuePair<string, string>>(Environment.Count);
        foreach (DictionaryEntry entry in Environment)
        {
            variables.Add(new(
                LanguagePrimitives.ConvertTo<string>(entry.Key),
                LanguagePrimitives.ConvertTo<string>(entry.Value) ?? ""));
        }

        return [.. variables];
    }
}
