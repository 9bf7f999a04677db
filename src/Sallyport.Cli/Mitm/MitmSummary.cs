using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace Sallyport.Cli.Mitm;

/// <summary>What all clients did, server by server.</summary>
/// <param name="table">The servers with their ports.</param>
/// <param name="sightings">Every connection.</param>
internal sealed class MitmSummary(ImmutableArray<(MitmPort Port, int Number)> table, IReadOnlyCollection<MitmSighting> sightings)
{
    public void WriteText(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"{"server",-22} {"went on",8} {"refused",8} {"undecided",10}  verdict");
        foreach ((MitmPort port, _) in table)
        {
            output.WriteLine($"{port.Name,-22} {Count<MitmVerdict.WentOn>(port),8} {Count<MitmVerdict.Refused>(port),8} {Count<MitmVerdict.Undecided>(port),10}  {Verdict(port)}");
        }
    }

    public void WriteJson(TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 1);
            json.WriteStartArray("servers");
            foreach ((MitmPort port, int number) in table)
            {
                json.WriteStartObject();
                json.WriteString("name", port.Name);
                json.WriteString("what", port.What);
                json.WriteNumber("port", number);
                json.WriteBoolean("control", port.IsControl);
                json.WriteNumber("wentOn", Count<MitmVerdict.WentOn>(port));
                json.WriteNumber("refused", Count<MitmVerdict.Refused>(port));
                json.WriteNumber("undecided", Count<MitmVerdict.Undecided>(port));
                json.WriteString("verdict", Verdict(port));
                json.WriteStartArray("connections");
                foreach (MitmSighting sighting in sightings.Where(sighting => sighting.Port == port.Name))
                {
                    json.WriteStartObject();
                    json.WriteString("client", sighting.Verdict.Word);
                    json.WriteString("detail", sighting.Verdict.Detail);
                    json.WriteBoolean("showedCertificate", sighting.ShowedCertificate);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    private int Count<T>(MitmPort port)
        where T : MitmVerdict => sightings.Count(sighting => sighting.Port == port.Name && sighting.Verdict is T);

    private string Verdict(MitmPort port)
    {
        int wentOn = Count<MitmVerdict.WentOn>(port);
        int refused = Count<MitmVerdict.Refused>(port);
        return (wentOn, refused, port.IsControl) switch
        {
            (0, 0, _) => "not tried",
            (_, 0, true) => "as it should be",
            (0, _, true) => "refused the good server: its refusals elsewhere prove nothing",
            (0, _, false) => "refused, as it should be",
            (_, 0, false) => "WENT ON",
            _ => "some went on, some refused",
        };
    }
}
