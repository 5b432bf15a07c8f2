// Judges proofs with the ICS-23 library of the Cosmos projects. The one argument is a ProofSpec in
// protobuf's JSON form; each line of standard input is a claim in hex, without a value where the key
// is to be absent; each line of standard output is the library's verdict, true or false.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/cosmos/gogoproto/jsonpb"
	ics23 "github.com/cosmos/ics23/go"
)

type claim struct {
	Root  string  `json:"root"`
	Key   string  `json:"key"`
	Value *string `json:"value"`
	Proof string  `json:"proof"`
}

func main() {
	spec := readSpec(os.Args[1])
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var each claim
		if err := json.Unmarshal(lines.Bytes(), &each); err != nil {
			log.Fatal(err)
		}
		fmt.Println(judge(spec, each))
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

func readSpec(path string) *ics23.ProofSpec {
	file, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	spec := new(ics23.ProofSpec)
	if err := jsonpb.Unmarshal(file, spec); err != nil {
		log.Fatal(err)
	}
	return spec
}

func judge(spec *ics23.ProofSpec, each claim) bool {
	proof := new(ics23.CommitmentProof)
	if err := proof.Unmarshal(decode(each.Proof)); err != nil {
		return false
	}
	root, key := decode(each.Root), decode(each.Key)
	if each.Value == nil {
		return ics23.VerifyNonMembership(spec, root, proof, key)
	}
	return ics23.VerifyMembership(spec, root, proof, key, decode(*each.Value))
}

func decode(text string) []byte {
	bytes, err := hex.DecodeString(text)
	if err != nil {
		log.Fatal(err)
	}
	return bytes
}
