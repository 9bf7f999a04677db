using System;
using System.Linq;
using System.Text;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Tests.Jose;

public sealed class JoseObjectTests
{
    private const string Odd = """{ "sub" : "al\u0069ce",  "n":1.50e3 , "aud":["a","b"],"cnf":{"x5t#S256":"t"},"sub":"bob"  }""";

    [Fact]
    public void Reads_members_in_order_with_names_that_stand_twice()
    {
        JoseObject read = JoseObject.Of(Odd);
        read.Members.Select(member => member.Name).ShouldBe(["sub", "n", "aud", "cnf", "sub"]);
        read.DuplicateNames.ShouldBe(["sub"]);
        read.Text("sub").ShouldBe("bob");
        read.Number("n").ShouldBe(1500);
        read.Raw("n").ShouldBe("1.50e3");
        read.Texts("aud").ShouldBe(["a", "b"]);
        read.Object("cnf")?.Text("x5t#S256").ShouldBe("t");
        read.AllTexts().ShouldContain(("$.sub", "alice"));
    }

    [Theory]
    [InlineData("n", """{ "sub" : "al\u0069ce",  "n":7 , "aud":["a","b"],"cnf":{"x5t#S256":"t"},"sub":"bob"  }""")]
    [InlineData("new", """{ "sub" : "al\u0069ce",  "n":1.50e3 , "aud":["a","b"],"cnf":{"x5t#S256":"t"},"sub":"bob"  ,"new":7}""")]
    public void Setting_a_member_keeps_every_other_byte(string name, string expected) => JoseObject.Of(Odd).With(name, "7").ToString().ShouldBe(expected);

    [Theory]
    [InlineData("a", """{"b":2,"c":3}""")]
    [InlineData("b", """{"a":1,"c":3}""")]
    [InlineData("c", """{"a":1,"b":2}""")]
    [InlineData("d", """{"a":1,"b":2,"c":3}""")]
    public void Taking_a_member_out_takes_one_comma_with_it(string name, string expected) =>
        JoseObject.Of("""{"a":1,"b":2,"c":3}""").Without(name).ToString().ShouldBe(expected);

    [Fact]
    public void The_only_member_leaves_an_empty_object_that_takes_one_again()
    {
        JoseObject empty = JoseObject.Of("""{"a":1}""").Without("a");
        empty.ToString().ShouldBe("{}");
        empty.WithText("b", "x\"y").ToString().ShouldBe("""{"b":"x\"y"}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}{}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"a\":1} x")]
    public void Refuses_what_is_no_object(string text)
    {
        JoseObject.TryRead(Encoding.UTF8.GetBytes(text), out JoseObject? found, out string? fault).ShouldBeFalse();
        found.ShouldBeNull();
        fault.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void Refuses_bytes_that_are_no_text_and_what_is_too_deep_or_too_much()
    {
        JoseObject.TryRead([.. "{\"a\":\""u8, 0xFF, .. "\"}"u8], out _, out _).ShouldBeFalse();
        JoseObject.TryRead(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40)), out _, out _).ShouldBeFalse();
        JoseObject.TryRead(new byte[300 * 1024], out _, out _).ShouldBeFalse();
        JoseObject.TryRead(Encoding.UTF8.GetBytes("{" + string.Join(',', Enumerable.Range(0, 2000).Select(i => $"\"m{i}\":1")) + "}"), out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void Every_edit_of_random_objects_changes_one_member_and_nothing_else()
    {
        var random = new Random(20261122);
        string[] values = ["1", "-0.5e-7", "\"x\"", "\"\\\"\\u00e9,}\"", "true", "null", "[1, {\"a\":[]}]", "{ \"k\" : \"v\" }"];
        for (int round = 0; round < 2000; round++)
        {
            var members = Enumerable.Range(0, random.Next(1, 7)).Select(i => (Name: $"m{i}", Value: values[random.Next(values.Length)])).ToList();
            string gap = new(' ', random.Next(3));
            JoseObject read = JoseObject.Of("{" + gap + string.Join($"{gap},{gap}", members.Select(m => $"\"{m.Name}\"{gap}:{gap}{m.Value}")) + gap + "}");
            int chosen = random.Next(members.Count);
            JoseObject set = read.With(members[chosen].Name, "[\"set\"]");
            JoseObject less = read.Without(members[chosen].Name);
            for (int i = 0; i < members.Count; i++)
            {
                set.Raw($"m{i}").ShouldBe(i == chosen ? "[\"set\"]" : members[i].Value);
                less.Raw($"m{i}").ShouldBe(i == chosen ? null : members[i].Value);
            }
        }
    }
}
