using System.Text.Json;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Api.Wire.Protobuf;

namespace EphemeralDebug.Api.Listing;

/// <summary>One chunk of a list: an answer and its reader, whose failures become the errors that users see.</summary>
internal sealed class PodListChunk : IDisposable
{
    private readonly AnswerBody _answer;
    private readonly ApiAction _action;

    private PodListChunk(AnswerBody answer, PodListReader reader, ApiAction action)
    {
        _answer = answer;
        _action = action;
        Reader = reader;
    }

    public PodListReader Reader { get; }

    /// <summary>Asks for a chunk; it comes back when the answer begins.</summary>
    public static async Task<PodListChunk> OpenAsync(
        ApiClient client, string path, string accept, ApiAction action, CancellationToken cancellationToken)
    {
        AnswerBody answer = await client.OpenAsync(path, accept, action, cancellationToken);
        switch (answer.MediaType)
        {
            case KubernetesProtobuf.MediaType:
                return new PodListChunk(answer, new ProtobufPodListReader(new ByteWindow(answer.ReadAsync)), action);
            case "application/json":
                return new PodListChunk(answer, new JsonPodListReader(new ByteWindow(answer.ReadAsync)), action);
            default:
                answer.Dispose();
                throw ConnectionErrors.NotKubernetes(action, answer.MediaType, answer.Server);
        }
    }

    /// <summary>Goes on to the next pod; false when the chunk is complete.</summary>
    /// <exception cref="EphemeralDebugException">It broke off, or is no list of pods.</exception>
    public async ValueTask<bool> ReadAsync()
    {
        try
        {
            return await Reader.ReadAsync();
        }
        catch (EndOfStreamException exception)
        {
            throw ConnectionErrors.Lost(exception, _answer.Server);
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException)
        {
            throw NotKubernetes(exception);
        }
    }

    /// <summary>Makes an object of the pod.</summary>
    /// <exception cref="EphemeralDebugException">It is no pod.</exception>
    public PodResource GetPod()
    {
        try
        {
            return Reader.GetPod();
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException)
        {
            throw NotKubernetes(exception);
        }
    }

    public void Dispose()
    {
        Reader.Dispose();
        _answer.Dispose();
    }

    private EphemeralDebugException NotKubernetes(Exception exception) =>
        ConnectionErrors.NotKubernetes(_action, _answer.MediaType, _answer.Server, exception);
}
