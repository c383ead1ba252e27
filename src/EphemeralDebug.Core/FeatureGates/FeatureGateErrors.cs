namespace EphemeralDebug.FeatureGates;

/// <summary>Why a gate could not be set in a file.</summary>
internal static class FeatureGateErrors
{
    public static EphemeralDebugException NotThere(string path) => new(
        "FileNotFound", FailureKind.NotFound, $"There is no file '{Visible(path)}'.", "Check the path; the files are those of the node or control plane machine that this PowerShell runs on.");

    public static EphemeralDebugException NotAFile(string path) => new(
        "NotAFile", FailureKind.InvalidArgument, $"'{Visible(path)}' is no regular file.", "Name the file itself: a kubelet configuration, its environment file, or a static pod's manifest.");

    public static EphemeralDebugException TooLarge(string path, long limit) => new(
        "FileTooLarge", FailureKind.InvalidData, $"'{Visible(path)}' is larger than {limit >> 20} MiB and can hardly be such a configuration.");

    public static EphemeralDebugException NotUtf8(string path) => new(
        "MalformedFile", FailureKind.InvalidData, $"'{Visible(path)}' is not valid UTF-8.", "Correct the file; Kubernetes could not read it either.");

    public static EphemeralDebugException Unknown(string path) => new(
        "UnknownFileKind",
        FailureKind.InvalidData,
        $"'{Visible(path)}' is neither a KubeletConfiguration, nor an environment file with the kubelet's arguments, nor the manifest of a static pod of kube-apiserver or kube-scheduler.",
        "Name one of these files. An environment file that is empty needs a line KUBELET_EXTRA_ARGS= first.");

    public static EphemeralDebugException Malformed(string path, FormatException exception) => new(
        "MalformedFile",
        FailureKind.InvalidData,
        $"The gate can't be set in '{Visible(path)}': {Visible(exception.Message)}.",
        "Correct or edit that place by hand; nothing was changed.",
        exception);

    public static EphemeralDebugException NotStarting(string path, string gate, string reason) => new(
        "GateNotAvailable",
        FailureKind.InvalidOperation,
        $"With the gate {gate} set, the component of '{Visible(path)}' would not start: {Visible(reason)}.",
        "Leave the gate out; where it stands in the file, take it out by hand. Test-EphemeralCluster tells what else may be missing.");

    public static EphemeralDebugException Changed(string path) => new(
        "FileChanged", FailureKind.Conflict, $"'{Visible(path)}' was changed by somebody else at the same moment; nothing was written.", "Look at the file and try again.");

    public static EphemeralDebugException NotAccessible(string path, Exception exception) => new(
        "FileNotAccessible",
        exception is UnauthorizedAccessException ? FailureKind.PermissionDenied : FailureKind.InvalidOperation,
        $"'{Visible(path)}' could not be read or replaced: {Visible(exception.Message)}",
        "The file and its folder belong to the machine's administrator: run PowerShell with sudo, or as administrator on Windows.",
        exception);

    private static string Visible(string text) => ControlCharacters.MakeVisible(text);
}
