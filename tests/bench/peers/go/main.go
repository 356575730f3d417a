// The module github.com/speedata/einvoice as tests/bench/tax.py asks every engine:
//
//	peer speed FOLDER SECONDS      one line: documents, seconds of the processor, documents refused
//	peer findings FOLDER           a line a document: its name, a tab, the rules that fire, or "refused"
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/speedata/einvoice"
)

type document struct {
	name string
	text []byte
}

func documents(folder string) []document {
	entries, err := os.ReadDir(folder) // sorted by name
	if err != nil {
		panic(err)
	}
	var found []document
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			panic(err)
		}
		found = append(found, document{entry.Name(), text})
	}
	return found
}

// judge returns the ids of the rules that fire, and whether the document could be read.
func judge(text []byte) (rules []string, read bool) {
	invoice, err := einvoice.ParseReader(bytes.NewReader(text))
	if err != nil {
		return nil, false
	}
	var found *einvoice.ValidationError
	if errors.As(invoice.Validate(), &found) {
		for _, violation := range append(found.Violations(), found.Warnings()...) {
			rules = append(rules, violation.Rule.Code)
		}
	}
	return rules, true
}

// spent tells the seconds of the processor that this program has had, the garbage collector's included.
func spent() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

func speed(documents []document, seconds float64) {
	judged, refused := 0, 0
	begun := spent()
	for spent()-begun < seconds {
		for _, each := range documents {
			if _, read := judge(each.text); !read {
				refused++
			}
			judged++
		}
	}
	fmt.Println(judged, spent()-begun, refused)
}

func main() {
	found := documents(os.Args[2])
	if os.Args[1] == "speed" {
		seconds, err := strconv.ParseFloat(os.Args[3], 64)
		if err != nil {
			panic(err)
		}
		speed(found, seconds)
		return
	}
	for _, each := range found {
		rules, read := judge(each.text)
		if !read {
			rules = []string{"refused"}
		}
		fmt.Println(each.name + "\t" + strings.Join(rules, " "))
	}
}
